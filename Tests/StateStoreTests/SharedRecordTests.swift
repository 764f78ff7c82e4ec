// SPDX-License-Identifier: MIT

import Foundation
import StateStore
import TestKit
import Testing

/// Records that have parts in one file, on a real disk.
@Suite("Records that begin alike keep that once") final class SharedRecordTests {
    private let base = FileManager.default.temporaryDirectory.appending(path: "states-\(UUID().uuidString)")
    private let now = Date().timeIntervalSince1970

    deinit { try? FileManager.default.removeItem(at: base) }

    private func folder() throws -> StoreFolder { try StoreFolder(path: base.path + "/own") }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: base.path + "/own").sorted()
    }

    private func isRight(_ folder: StoreFolder, _ word: UInt64) -> Bool {
        folder.read(ExampleRecord.name(of: word)).map(ExampleRecord.isRight) == true
    }

    @Test("the second one is small, and stays when the first one goes; the shared file goes with the last one")
    func lives() throws {
        let folder = try folder()
        let first = try ExampleRecord.write(0, to: folder)
        let second = try ExampleRecord.write(1, to: folder, sharing: 0)
        #expect(second.base == first.id && second.recordSize < first.recordSize / 3)
        #expect(second.contentSize > first.contentSize)
        #expect(folder.bytes == Int64(first.recordSize + second.recordSize), "two names, one file")
        #expect(isRight(folder, 0) && isRight(folder, 1))
        folder.remove(ExampleRecord.name(of: 0))
        #expect(isRight(folder, 1))
        #expect(folder.bytes == Int64(first.recordSize + second.recordSize))
        // What is written later has parts in the same file, though its record is gone.
        let third = try ExampleRecord.write(2, to: folder, sharing: 0)
        #expect(third.base == first.id && isRight(folder, 2))
        folder.remove(ExampleRecord.name(of: 1))
        #expect(isRight(folder, 2))
        folder.remove(ExampleRecord.name(of: 2))
        #expect(try files().isEmpty && folder.bytes == 0)
    }

    @Test("one that has parts in another one's file is no base, nor is what there isn't")
    func chains() throws {
        let folder = try folder()
        try ExampleRecord.write(0, to: folder)
        try ExampleRecord.write(1, to: folder, sharing: 0)
        #expect(try ExampleRecord.write(2, to: folder, sharing: 1).base == 0)
        #expect(try ExampleRecord.write(3, to: folder, sharing: 7).base == 0)
        #expect(isRight(folder, 2) && isRight(folder, 3))
        #expect(try ExampleRecord.write(0, to: folder, sharing: 0).base == 0, "nor is its own")
        #expect(isRight(folder, 0) && isRight(folder, 1))
        // Once it has parts elsewhere itself, those that had parts in it have them still, and others may.
        #expect(try ExampleRecord.write(0, to: folder, sharing: 2).base != 0)
        #expect(isRight(folder, 0) && isRight(folder, 1))
        #expect(try ExampleRecord.write(4, to: folder, sharing: 0).base != 0 && isRight(folder, 4))
        #expect(folder.trim(to: 0, now: now) == 5)
        #expect(try files().isEmpty)
    }

    @Test("with a shared file that is gone, cut or changed a record is a miss, and goes")
    func damage() throws {
        let folder = try folder()
        func check(_ damage: (URL) throws -> Void) throws {
            try ExampleRecord.write(0, to: folder)
            try ExampleRecord.write(1, to: folder, sharing: 0)
            folder.remove(ExampleRecord.name(of: 0))
            try damage(base.appending(path: "own/\(ExampleRecord.name(of: 0).base)"))
            #expect(folder.read(ExampleRecord.name(of: 1)) == nil)
            #expect(folder.header(of: ExampleRecord.name(of: 1)) == nil)
        }
        try check { try FileManager.default.removeItem(at: $0) }
        try check { try Data(contentsOf: $0).prefix(2_000).write(to: $0) }
        try check { url in
            var bytes = try Data(contentsOf: url)
            bytes[3_000] ^= 1
            try bytes.write(to: url)
        }
        // One that is another record's bears a name that none has parts in: it is left over, and goes.
        #expect(try files().allSatisfy { !$0.hasSuffix(".state") })
        folder.trim(to: 1 << 30, now: now + 3_600)
        #expect(try files().isEmpty)
    }

    @Test("what others have parts in leaves after them, and all of it can leave")
    func leaves() throws {
        let folder = try folder()
        let first = try ExampleRecord.write(0, to: folder)
        for word in 1..<4 as Range<UInt64> { try ExampleRecord.write(word, to: folder, sharing: 0) }
        let bytes = folder.bytes
        #expect(folder.trim(to: bytes, now: now) == 0)
        #expect(folder.trim(to: bytes - 1, now: now) == 1)
        #expect(isRight(folder, 0), "it is worth least, but its removal would free nothing")
        #expect(folder.trim(to: Int64(first.recordSize), now: now) == 2)
        #expect(try files() == ["\(ExampleRecord.name(of: 0))"])
        try ExampleRecord.write(1, to: folder, sharing: 0)
        #expect(folder.trim(to: 0, now: now) == 2)
        #expect(try files().isEmpty)
    }

    @Test("which leave depends on what that frees")
    func order() {
        func facts(_ id: UInt64, _ bytes: Int64, _ seconds: Double, base: UInt64? = nil) -> RecordWorth.Facts {
            .init(name: name(id), bytes: bytes, seconds: seconds, base: base.map(name), age: 0)
        }
        func name(_ id: UInt64) -> RecordName { RecordName(fingerprint: 1, id: id) }
        let records = [facts(1, 100, 10), facts(2, 10, 10, base: 1), facts(3, 10, 10, base: 9), facts(4, 100, 30)]
        let bases = [name(1): Int64(100), name(9): Int64(200)]
        #expect(RecordWorth.leaving(records, bases: bases, limit: 420) == .init())
        // Its file goes with it, so it has the most bytes for what it saves.
        let first = RecordWorth.leaving(records, bases: bases, limit: 419)
        #expect(first == .init(records: [name(3)], bases: [name(9)]))
        let all = RecordWorth.leaving(records, bases: bases, limit: 0)
        #expect(all.records == [name(3), name(4), name(2), name(1)] && all.bases == [name(9), name(1)])
    }

    /// `ENGINEHOUSE_KILLS=4000` kills as many as one likes.
    @Test("a writer that is killed at any moment leaves whole records only")
    func kills() async throws {
        let wanted = ProcessInfo.processInfo.environment["ENGINEHOUSE_KILLS"].flatMap(Int.init)
        let runs = wanted ?? 200
        let program = try #require(Self.program)
        let folder = try folder()
        // Waiting for processes would hold up the threads of all tests.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask { try await Self.onThread { try Self.kill(runs / 2, program, folder, writer) } }
            }
            try await group.waitForAll()
        }
        let records = folder.records(now: ExampleRecord.now).compactMap { folder.read($0.name) }
        #expect(!records.isEmpty, "no writer got anywhere")
        #expect(records.allSatisfy(ExampleRecord.isRight))
        folder.trim(to: 0, now: now + 3_600)
        #expect(try files().isEmpty)
    }

    /// The writer, beside the tests' own program.
    private static var program: String? {
        let folders = [CommandLine.arguments[0], Bundle.main.bundlePath].map {
            URL(filePath: $0).deletingLastPathComponent().path
        }
        return folders.map { $0 + "/state-writer" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What went wrong on a thread of its own, where no expectation belongs to a test.
    private struct Fault: Error {
        let what: String

        init(_ what: String) { self.what = what }
    }

    private static func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result(catching: body)) }.start()
        }
    }

    /// Starts and kills one writer after another.
    private static func kill(_ runs: Int, _ program: String, _ folder: StoreFolder, _ writer: Int) throws {
        var random = SeededGenerator(seed: UInt64(writer))
        for run in 0..<runs {
            try Self.run(program, folder.path, UInt64(run * 2 + writer), &random)
            // A record whose shared file went in between is a miss; none is wrong.
            let word = UInt64.random(in: 0..<ExampleRecord.count, using: &random)
            let record = folder.read(ExampleRecord.name(of: word))
            if record.map(ExampleRecord.isRight) == false { throw Fault("record \(word) is wrong after run \(run)") }
        }
    }

    /// Starts a writer and kills it at any moment after any number of its steps.
    private static func run(
        _ program: String,
        _ path: String,
        _ seed: UInt64,
        _ random: inout SeededGenerator
    ) throws {
        let output = Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output.fileHandleForWriting.fileDescriptor, STDOUT_FILENO)
        var pid = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] =
            [program, path, "\(seed)"].map { (text: String) in strdup(text) } + [nil]
        defer { for case let argument? in arguments { free(argument) } }
        guard posix_spawn(&pid, program, &actions, nil, arguments, nil) == 0 else { throw Fault("no writer starts") }
        try output.fileHandleForWriting.close()
        let steps = try output.fileHandleForReading.read(upToCount: .random(in: 1...12, using: &random))
        if steps?.isEmpty != false { throw Fault("the writer did nothing") }
        for _ in 0..<Int.random(in: 0...400, using: &random) { sched_yield() }
        _ = Foundation.kill(pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // WIFSIGNALED is a macro: one that ended by itself has written nothing.
        if status & 0x7F != SIGKILL { throw Fault("the writer ended by itself") }
    }
}
