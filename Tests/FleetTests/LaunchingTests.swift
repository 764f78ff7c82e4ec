// SPDX-License-Identifier: MIT

import Fleet
import Foundation
import TestKit
import Testing
import Wire

/// The parts of the launcher that need no process.
@Suite struct LaunchingTests {
    @Test func linesAreCutOutOfAnyPieces() {
        let text = "one\r\n\ntwo two\nthree"
        for size in 1...text.utf8.count {
            var splitter = LineSplitter(limit: 100)
            var lines: [LineSplitter.Line] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                lines += bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { splitter.feed($0) }
            }
            if let last = splitter.finish() { lines.append(last) }
            #expect(lines.map(\.text) == ["one", "", "two two", "three"])
            #expect(!lines.contains { $0.isCut })
        }
    }

    @Test func aLongLineIsCutAndTheNextOneIsNot() {
        var splitter = LineSplitter(limit: 5)
        let lines = Array("0123456789\nabc\n01234\n".utf8).withUnsafeBytes { splitter.feed($0) }
        #expect(lines.map(\.text) == ["01234", "abc", "01234"])
        #expect(lines.map(\.isCut) == [true, false, false])
        #expect(splitter.finish() == nil)
    }

    @Test func aLogRingKeepsTheLastLines() {
        let ring = LogRing(capacity: 3, lineLimit: 4)
        #expect(ring.tail().isEmpty)
        for line in ["1", "2", "3", "4", "fünf!"] { ring.append(line) }
        #expect(ring.tail() == ["3", "4", "fün…"])
        #expect(ring.tail(1) == ["fün…"])
        let odd = LogRing(lineLimit: 2)
        odd.append("aüa")
        #expect(odd.tail() == ["a…"])
    }

    @Test func theRuntimeDirectoryIsPrivateAndGoesAway() throws {
        let directory = try RuntimeDirectory(environment: [:])
        var status = stat()
        #expect(lstat(directory.path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o700)
        #expect(directory.socketPath(WorkerID(.max >> 32)).utf8.count <= 103)
        #expect(FileManager.default.createFile(atPath: directory.socketPath(WorkerID(1)), contents: nil))
        #expect(directory.remove() == nil)
        #expect(lstat(directory.path, &status) != 0)
        #expect(directory.remove() == nil)
    }

    @Test func aPlaceThatIsTooLongOrMissingIsPassedOver() throws {
        let long = "/tmp/" + String(repeating: "x", count: 90)
        let directory = try RuntimeDirectory(under: [long, "/nonexistent", "/tmp/"])
        #expect(directory.path.hasPrefix("/tmp/enginehouse-\(getpid())-"))
        _ = directory.remove()
        #expect(throws: FolderError.self) { try RuntimeDirectory(under: [long, "/nonexistent"]) }
    }

    /// D3, C15: what another router holds is told by its lock, whatever process id the name bears and whether or not
    /// that process can be seen from here.
    @Test func directoriesOfDeadRoutersAreRemovedAndNoOthers() throws {
        let base = "/tmp/eh-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let files = FileManager.default
        defer { try? files.removeItem(atPath: base) }
        let dead = base + "/enginehouse-\(getpid())-abc"
        let odd = base + "/enginehouse-notes"
        let foreign = base + "/enginehouse-1-2-3"
        let full = base + "/enginehouse-2147483647-abc"
        for path in [dead, odd, foreign, full] {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            #expect(files.createFile(atPath: path + "/w1.sock", contents: nil))
        }
        #expect(files.createFile(atPath: full + "/thesis.txt", contents: nil))
        let living = try RuntimeDirectory(under: [base])
        #expect(!files.fileExists(atPath: dead))
        #expect(files.createFile(atPath: living.socketPath(WorkerID(1)), contents: nil))
        try files.createSymbolicLink(atPath: base + "/enginehouse-2147483646-abc", withDestinationPath: living.path)
        let second = try RuntimeDirectory(under: [base])
        #expect(files.fileExists(atPath: living.socketPath(WorkerID(1))))
        #expect(files.fileExists(atPath: odd + "/w1.sock"))
        #expect(files.fileExists(atPath: foreign + "/w1.sock"))
        #expect(files.fileExists(atPath: full + "/thesis.txt"))
        #expect(second.remove() == nil)
        #expect(living.remove() == nil)
    }

    @Test func aDirectoryThatIsRemovedIsMadeAgain() throws {
        let base = "/tmp/eh-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let files = FileManager.default
        try files.createDirectory(atPath: base, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: base) }
        let directory = try RuntimeDirectory(under: [base])
        let path = directory.path
        #expect(directory.isThere)
        try files.removeItem(atPath: path)
        #expect(!directory.isThere)
        #expect(directory.restore() == nil)
        #expect(directory.isThere)
        #expect(directory.path == path)
        // One that somebody else has put there in the meantime isn't ours.
        try files.removeItem(atPath: path)
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(!directory.isThere)
        #expect(directory.restore() == nil)
        #expect(directory.path != path)
        #expect(directory.isThere)
        // And where nothing can be made, it says so.
        try files.removeItem(atPath: base)
        #expect(directory.restore()?.contains(base) == true)
        try files.createDirectory(atPath: base, withIntermediateDirectories: true)
        #expect(directory.restore() == nil)
        #expect(directory.remove() == nil)
    }

    @Test func placesForSocketsComeFirst() {
        let bases = RuntimeDirectory.bases(["XDG_RUNTIME_DIR": "/x", "TMPDIR": "/y"])
        #expect(bases.first == "/x")
        #expect(bases.suffix(2) == ["/y", "/tmp"])
        #expect(RuntimeDirectory.bases(["XDG_RUNTIME_DIR": "relative"]).last == "/tmp")
    }

    @Test func exitsAreWorded() {
        #expect("\(WorkerExit.signaled(9))" == "was killed by signal 9 (SIGKILL)")
        #expect("\(WorkerExit.signaled(60))" == "was killed by signal 60")
        #expect("\(WorkerExit.exited(code: 3))" == "exited with code 3")
        #expect(WorkerExit.signaled(9).code == 137)
    }

    @Test func errorsKeepTheStatusOfLlamaServer() {
        let statuses: [FleetError.Code: Int] = [
            .unknownModel: 400, .notFound: 404, .unusable: 500, .notLoaded: 400, .loadFailed: 500, .notRunning: 400,
            .cancelled: 500, .alreadyRunning: 400, .limitReached: 500, .queueTimeout: 503, .shuttingDown: 503,
            .workerLost: 500, .pinned: 503, .queueFull: 503,
        ]
        for code in FleetError.Code.allCases {
            #expect(FleetError(code, "text").apiError.status == statuses[code])
            #expect(FleetError(code, "text").apiError.message == "text")
        }
    }
}
