// SPDX-License-Identifier: MIT

import Fleet
import Foundation
import Logging
import Testing

/// One bounded file for each model.
@Suite struct LogDirectoryTests {
    private let base = NSTemporaryDirectory() + "enginehouse-logs-\(UUID().uuidString)"

    private func directory(bytes: Int = 1_000, count: Int = 3) throws -> LogDirectory {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try LogDirectory(path: base, fileBytes: bytes, fileCount: count, logger: logger)
    }

    private func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test func eachModelHasItsFile() throws {
        let logs = try directory()
        defer { try? FileManager.default.removeItem(atPath: base) }
        logs.append("one", of: "user/repo:Q4")
        logs.append("two", of: "../b")
        logs.append("three", of: "user/repo:Q4")
        logs.flush()
        #expect(logs.filePath(of: "user/repo:Q4") == base + "/user%2Frepo%3AQ4.log")
        #expect(read(base + "/user%2Frepo%3AQ4.log") == "one\nthree\n")
        #expect(read(base + "/%2E.%2Fb.log") == "two\n")
        let mode = try FileManager.default.attributesOfItem(atPath: logs.filePath(of: "../b"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let long = String(repeating: "x", count: 300)
        #expect(logs.filePath(of: long + "a") != logs.filePath(of: long + "b"))
        #expect(logs.filePath(of: long).count < base.count + 255)
    }

    @Test func filesAreRotatedAndTheOldestLeaves() throws {
        let logs = try directory(bytes: 10)
        defer { try? FileManager.default.removeItem(atPath: base) }
        for number in 0..<8 { logs.append("line\(number)", of: "a") }
        logs.flush()
        // "line0\n" is six bytes, so two don't fit into ten.
        #expect(read(base + "/a.log") == "line7\n")
        #expect(read(base + "/a.log.1") == "line6\n")
        #expect(read(base + "/a.log.2") == "line5\n")
        #expect(read(base + "/a.log.3") == nil)
        // A router that starts again goes on with the file.
        let again = try directory(bytes: 10)
        again.append("x", of: "a")
        again.flush()
        #expect(read(base + "/a.log") == "line7\nx\n")
    }

    @Test func aFolderThatCannotBeMadeIsAnError() {
        #expect(throws: FolderError.self) {
            try LogDirectory(path: "/nonexistent/logs", logger: Logger(label: "test"))
        }
    }
}
