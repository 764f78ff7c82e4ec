// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// The border to C++: an exception that crossed it would run through Swift's frames, which know nothing of it.
@Suite("The C border")
struct CBorderTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/CLlama")

    private static func files(_ folder: URL, _ suffix: String) throws -> [(name: String, text: String)] {
        let paths = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try paths.filter { $0.pathExtension == suffix }.map {
            ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
        }
    }

    @Test("Every function of the headers lets no exception out")
    func declarations() throws {
        let declaration = /(?m)^[a-z][\w *]*\b(eh_\w+)\([^;]*;/
        var count = 0
        for (name, text) in try Self.files(Self.folder.appending(path: "include"), "h") {
            for found in text.matches(of: declaration) where !found.output.0.hasPrefix("typedef") {
                count += 1
                #expect(found.output.0.hasSuffix(") EH_NOEXCEPT;"), "\(name): \(found.output.1)")
            }
        }
        #expect(count > 100)
    }

    @Test("What may throw ends as a failure, not as the end of the process")
    func definitions() throws {
        // The compiler holds definitions to their declarations; this looks for what allocates outside of a guard.
        let definition = /(?m)^[a-z][\w *:]*\b(eh_\w+)\([^;{]*\) noexcept \{\n(?<body>(?:.|\n)*?)^\}/
        let throwing = /\bnew \w|std::(string|vector|map|make_unique|make_shared)\b/
        var count = 0
        for (name, text) in try Self.files(Self.folder, "cpp") {
            for found in text.matches(of: definition) {
                count += 1
                let body = found.output.body
                guard body.firstMatch(of: throwing) != nil else { continue }
                #expect(body.contains("guarded") || body.contains("bounded"), "\(name): \(found.output.1)")
            }
        }
        #expect(count > 100)
    }
}
