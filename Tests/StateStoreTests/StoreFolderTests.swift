// SPDX-License-Identifier: MIT

import Foundation
import StateStore
import TestKit
import Testing

/// A folder of records on a real disk.
@Suite("A folder of records") final class StoreFolderTests {
    private let base = FileManager.default.temporaryDirectory.appending(path: "states-\(UUID().uuidString)")
    private let now = Date().timeIntervalSince1970

    deinit { try? FileManager.default.removeItem(at: base) }

    private var path: String { base.path + "/own" }

    /// Writes a record of some words.
    @discardableResult
    private func write(_ folder: StoreFolder, _ words: [Int32], bytes: Int = 100, seconds: Double = 1) throws
        -> RecordName
    {
        let contents = [
            (length: words.count, first: 0, bytes: [UInt8](repeating: 7, count: bytes)),
            (length: 1, first: 0, bytes: [UInt8](repeating: 9, count: 5)),
        ]
        return try folder.write(contents) { sections, _ in
            RecordHeader(
                model: "a.gguf",
                fingerprint: 7,
                seconds: seconds,
                scales: [],
                start: .max,
                words: words,
                sections: sections
            )
        }.name
    }

    private func bytes(_ name: RecordName) throws -> Data { try Data(contentsOf: URL(filePath: "\(path)/\(name)")) }

    @Test("a record comes back as it was, and only its owner can read it")
    func comesBack() throws {
        let folder = try StoreFolder(path: path)
        let name = try write(folder, [1, 2, 3])
        let record = try #require(folder.read(name))
        #expect(record.header.words == [1, 2, 3] && record.header == folder.header(of: name))
        #expect(record.contents.map(\.array) == [[UInt8](repeating: 7, count: 100), [UInt8](repeating: 9, count: 5)])
        #expect(folder.bytes == Int64(record.header.recordSize))
        let facts = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        #expect(facts[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
        #expect(try write(folder, [1, 2, 3], bytes: 50) == name)
        #expect(folder.records(now: now).count == 1)
    }

    @Test("a flipped bit at any place, and a file that ends anywhere, is a miss, and the record is gone")
    func damage() throws {
        let folder = try StoreFolder(path: path)
        let name = try write(folder, [1, 2, 3])
        let whole = try bytes(name)
        let url = URL(filePath: "\(path)/\(name)")
        func check(_ damaged: Data, _ what: String) throws {
            try damaged.write(to: url)
            #expect(folder.read(name) == nil, "\(what)")
            #expect(!FileManager.default.fileExists(atPath: url.path), "\(what)")
        }
        for place in 0..<whole.count {
            var damaged = whole
            damaged[place] ^= 1 << UInt8(place % 8)
            try check(damaged, "byte \(place)")
            try check(whole.prefix(place), "\(place) bytes")
        }
        try check(whole + [0], "one byte more")
        try whole.write(to: url)
        #expect(folder.verify(name))
    }

    @Test("a large section is the file's pages, with all that is true of a small one")
    func mapped() throws {
        let folder = try StoreFolder(path: path)
        let bytes = 9 << 20
        let name = try write(folder, [1, 2, 3], bytes: bytes)
        let record = try #require(folder.read(name))
        folder.remove(name)
        // What is held stays as it is without its file.
        #expect(record.contents.map(\.count) == [bytes, 5])
        record.contents[0].withUnsafeBytes { section in
            #expect(section.count == bytes && section.allSatisfy { $0 == 7 })
        }
        #expect(
            record.contents[1].array == [UInt8](repeating: 9, count: 5),
            "what stands behind it is read from its place"
        )
        let url = URL(filePath: "\(path)/\(name)")
        for place in [bytes / 2, bytes - 1] {
            _ = try write(folder, [1, 2, 3], bytes: bytes)
            let file = try FileHandle(forUpdating: url)
            try file.seek(toOffset: UInt64(record.header.recordSize - 5 - bytes + place))
            try file.write(contentsOf: [6])
            try file.close()
            #expect(folder.read(name) == nil && !FileManager.default.fileExists(atPath: url.path))
        }
        _ = try write(folder, [1, 2, 3], bytes: bytes)
        #expect(truncate(url.path, off_t(record.header.recordSize - 6)) == 0)
        #expect(folder.read(name) == nil && !FileManager.default.fileExists(atPath: url.path))
    }

    @Test("another record's content under a name is a miss")
    func exchanged() throws {
        let folder = try StoreFolder(path: path)
        let (one, other) = (try write(folder, [1]), try write(folder, [2]))
        try bytes(other).write(to: URL(filePath: "\(path)/\(one)"))
        #expect(folder.read(one) == nil && folder.read(other) != nil)
    }

    @Test("what is worth least leaves, and drafts that nothing finishes")
    func trims() throws {
        let folder = try StoreFolder(path: path)
        let cheap = try write(folder, [1], seconds: 0.1)
        let dear = try write(folder, [2], seconds: 50)
        let size = folder.bytes / 2
        let draft = "\(path)/\(cheap).1-2.part"
        try Data(count: 10).write(to: URL(filePath: draft))
        #expect(folder.trim(to: 2 * size, now: now) == 0)
        #expect(FileManager.default.fileExists(atPath: draft), "it may still be written")
        #expect(folder.trim(to: 2 * size - 1, now: now + 3_600) == 1)
        #expect(!FileManager.default.fileExists(atPath: draft))
        #expect(folder.header(of: cheap) == nil && folder.header(of: dear) != nil)
        #expect(folder.trim(to: 0, now: now) == 1 && folder.bytes == 0)
    }

    @Test("a clock that was set back or forward changes the order at most")
    func clocks() throws {
        let folder = try StoreFolder(path: path)
        let name = try write(folder, [1])
        for time in [-1e9, 0, 1e12] {
            #expect(folder.records(now: time).count == 1)
            #expect(folder.trim(to: 1 << 20, now: time) == 0)
        }
        #expect(folder.read(name) != nil)
    }

    @Test("a folder of somebody else, one that others can enter, a file and a link are refused with what to do")
    func refusals() throws {
        _ = try StoreFolder(path: path)
        chmod(path, 0o755)
        #expect(StoreFolder.problem(path)?.contains("chmod 700 '\(path)'") == true)
        #expect(throws: StoreError.self) { try StoreFolder(path: self.path) }
        let file = base.path + "/file"
        try Data().write(to: URL(filePath: file))
        #expect(StoreFolder.problem(file) == "\(file) is no folder")
        #expect(throws: StoreError.self) { try StoreFolder(path: file + "/within") }
        chmod(path, 0o700)
        let link = base.path + "/link"
        symlink(path, link)
        #expect(StoreFolder.problem(link) == "\(link) is no folder")
        #expect(StoreFolder.problem(base.path + "/none")?.hasSuffix("No such file or directory") == true)
    }

    @Test("what isn't a record is left alone: a link, a pipe, a folder, other files")
    func strangers() throws {
        let folder = try StoreFolder(path: path)
        let name = try write(folder, [1])
        let place = "\(path)/\(name)"
        try FileManager.default.removeItem(atPath: place)
        mkfifo(place, 0o600)
        #expect(folder.read(name) == nil && folder.records(now: now).isEmpty)
        unlink(place)
        symlink("/etc/hostname", place)
        #expect(folder.read(name) == nil)
        try Data(count: 5).write(to: URL(filePath: path + "/notes.txt"))
        folder.trim(to: 0, now: now)
        #expect(FileManager.default.fileExists(atPath: path + "/notes.txt"))
    }

    @Test("a record of more than four gigabytes has its length, and one that claims more than there is is none")
    func large() throws {
        let sections = [RecordHeader.Section(length: 1, first: 0, bytes: 5 << 30, sum: 0)]
        let header = RecordHeader(
            model: "a.gguf",
            fingerprint: 7,
            seconds: 1,
            scales: [],
            start: .max,
            words: [1],
            sections: sections
        )
        let folder = try StoreFolder(path: path)
        let name = RecordName(fingerprint: 7, id: header.id)
        let file = "\(path)/\(name)"
        try Data(header.bytes).write(to: URL(filePath: file))
        #expect(folder.header(of: name) == nil, "its bytes are missing")
        try Data(header.bytes).write(to: URL(filePath: file))
        // Sparse: no byte of it is on the disk.
        #expect(truncate(file, off_t(header.recordSize)) == 0)
        #expect(folder.header(of: name) == header)
        #expect(folder.bytes == Int64(header.recordSize))
        #expect(folder.trim(to: 5 << 30, now: now) == 1)
    }

    @Test("two that write, read and trim one folder at once never see half a record")
    func atOnce() async throws {
        let path = path
        let now = now
        _ = try StoreFolder(path: path)
        await withTaskGroup(of: Int.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(writer))
                    var wrong = 0
                    guard let folder = try? StoreFolder(path: path) else { return 1 }
                    for _ in 0..<200 {
                        let word = Int32.random(in: 0..<20, using: &random)
                        let content = [UInt8](repeating: UInt8(word), count: 1 + Int(word) * 100)
                        _ = try? folder.write([(length: 1, first: 0, bytes: content)]) { sections, _ in
                            RecordHeader(
                                model: "",
                                fingerprint: 1,
                                seconds: 1,
                                scales: [],
                                start: .max,
                                words: [word],
                                sections: sections
                            )
                        }
                        folder.trim(to: 10_000, now: now)
                        for facts in folder.records(now: now).prefix(3) {
                            guard let record = folder.read(facts.name), let word = record.header.words.first else {
                                continue
                            }
                            if record.contents.map(\.array) != [
                                [UInt8](repeating: UInt8(word), count: 1 + Int(word) * 100)
                            ] {
                                wrong += 1
                            }
                        }
                    }
                    return wrong
                }
            }
            for await wrong in group { #expect(wrong == 0) }
        }
    }
}
