// SPDX-License-Identifier: MIT

import Foundation
import Testing

@Suite("The engine's layers")
struct LayerTests {
    /// The folders of `Sources/Engine`, lowest first: each may use those before it.
    private static let layers = [
        "Base", "Grammar", "Cache", "Model", "Sampling", "Media", "Generation", "Embedding", "State", "Speculation",
        "Metrics",
        "Loop",
    ]
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Engine")

    /// The files of a folder, without what compilers don't read.
    private func sources(_ layer: String) throws -> [(name: String, text: String)] {
        try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: layer).path).sorted()
            .filter { $0.hasSuffix(".swift") }
            .map { name in
                let text = try String(contentsOf: Self.root.appending(path: "\(layer)/\(name)"), encoding: .utf8)
                return (name, text.replacing(/\/\/.*/, with: "").replacing(/"(?:\\.|[^"\\\n])*"/, with: ""))
            }
    }

    @Test("arrows go down only")
    func arrows() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.path).filter { !$0.hasPrefix(".") }
        #expect(Set(folders) == Set(Self.layers), "each folder has its place among the layers")
        var homes: [Substring: Int] = [:]
        var words: [(layer: Int, file: String, words: Set<Substring>)] = []
        for (level, layer) in Self.layers.enumerated() {
            for (name, text) in try sources(layer) {
                let declaration =
                    /(?:^|\n)(?:@\w+\s+)*(?:(?:package|private|fileprivate|final) )*(?:struct|class|enum|protocol) (\w+)/
                for match in text.matches(of: declaration) { homes[match.1] = level }
                words.append((level, "\(layer)/\(name)", Set(text.matches(of: /\b[A-Z]\w+/).map(\.0))))
            }
        }
        #expect(homes.count > 100)
        for (level, file, words) in words {
            for word in words {
                guard let home = homes[word], home > level else { continue }
                Issue.record("\(file) uses \(word) of the higher layer \(Self.layers[home])")
            }
        }
    }
}
