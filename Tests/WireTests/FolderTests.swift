// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// Folders of a target are layers: of two, one may use the other.
@Suite("Folders")
struct FolderTests {
    private struct File {
        let folder: String
        /// The names with a capital letter that its code uses.
        let names: Set<String>
        /// The types that it declares for others.
        let types: Set<String>

        init(_ file: URL, folder: String) throws {
            self.folder = folder
            let text = try String(contentsOf: file, encoding: .utf8)
                .replacing(/\/\/[^\n]*/, with: "").replacing(/"(?:[^"\\\n]|\\.)*"/, with: "")
            names = Set(text.matches(of: /\b[A-Z]\w+\b/.wordBoundaryKind(.simple)).map { String($0.0) })
            let declarations = text.matches(
                of: /(?:^|\n)(?:package |final |indirect )*(?:struct|class|enum|protocol|actor)\s+(\w+)/
            )
            types = Set(declarations.map { String($0.1) })
        }
    }

    @Test("No two folders of a target use each other")
    func mutualPairs() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        var found: Set<String> = []
        for target in try FileManager.default.contentsOfDirectory(atPath: sources.path) {
            found.formUnion(try Self.pairs(in: sources.appending(path: target)).map { "\(target): \($0)" })
        }
        for pair in found.sorted() {
            Issue.record("two folders use each other, \(pair): move what one needs of the other below both")
        }
    }

    private static func pairs(in target: URL) throws -> [String] {
        var files: [File] = []
        let all = FileManager.default.enumerator(at: target, includingPropertiesForKeys: nil)
        while let file = all?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let inside = file.standardized.path.dropFirst(target.path.count).split(separator: "/")
            files.append(try File(file, folder: inside.count > 1 ? String(inside[0]) : "."))
        }
        var homes: [String: Set<String>] = [:]
        for file in files { for type in file.types { homes[type, default: []].insert(file.folder) } }
        var uses: Set<[String]> = []
        for file in files {
            for name in file.names {
                // A name that two folders have tells nothing.
                guard let home = homes[name], home.count == 1, let folder = home.first, folder != file.folder else {
                    continue
                }
                uses.insert([file.folder, folder])
            }
        }
        return uses.filter { $0[0] < $0[1] && uses.contains([$0[1], $0[0]]) }.map { $0.joined(separator: ", ") }
    }
}
