// SPDX-License-Identifier: MIT

import Fleet
import Foundation
import TestKit
import Testing

@Suite("Files are read ahead", .timeLimit(.minutes(2))) struct ReadAheadTests {
    /// Files of these sizes in a folder of their own.
    private func files(_ sizes: [Int]) throws -> [String] {
        let folder = NSTemporaryDirectory() + "enginehouse-ahead-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try sizes.enumerated().map { index, size in
            let path = "\(folder)/\(index).gguf"
            try Data(count: size).write(to: URL(fileURLWithPath: path))
            return path
        }
    }

    @Test("all of a model's files, and what isn't there is no reason to stop")
    func all() async throws {
        let paths = try files([100, 20 << 20])
        let gate = Gate<Int>()
        ReadAhead().begin("a", [paths[0], "/nonexistent.gguf", paths[1]]) { gate.open($0) }
        #expect(await gate.wait() == 100 + (20 << 20))
    }

    @Test("another model's come instead, and none once the model is launched")
    func replaced() async throws {
        let path = try files([1 << 20])
        let ahead = ReadAhead()
        let (replaced, wanted, launched) = (Gate<Int>(), Gate<Int>(), Gate<Int>())
        // The first one's end holds the queue, so that the others' turn comes after all of this.
        ahead.begin("first", path) { _ in
            ahead.begin("replaced", path) { replaced.open($0) }
            ahead.begin("wanted", path) { wanted.open($0) }
        }
        #expect(await replaced.wait() == 0)
        #expect(await wanted.wait() == 1 << 20)
        ahead.begin("last", path) { _ in
            ahead.begin("launched", path) { launched.open($0) }
            ahead.end("another")
            ahead.end("launched")
        }
        #expect(await launched.wait() == 0)
    }
}
