// SPDX-License-Identifier: MIT

import Catalogue
import Foundation
import GGUF
import Platform
import Testing

/// Discovery on a real disk.
@Suite struct CatalogueScanTests {
    @Test func findsFilesFoldersAndTrees() throws {
        let folder = try CatalogueFolder()
        try folder.write("single.gguf")
        try folder.write("vision/model.gguf")
        try folder.write("vision/mmproj.gguf", .projector())
        try folder.write("publisher/tree/model-Q4_K_M.gguf")
        try folder.write("publisher/tree/deeper/hidden.gguf")
        try folder.write("sharded/m-00001-of-00002.gguf", .shard(1, of: 2))
        try folder.write("sharded/m-00002-of-00002.gguf", .shard(2, of: 2))
        try folder.write("empty/readme.txt", [])
        let catalogue = try folder.catalogue()
        #expect(catalogue.entries.map(\.id) == ["sharded", "single", "tree", "vision"])
        #expect(catalogue.entries.allSatisfy { $0.problem == nil })
        #expect(catalogue.entry(named: "vision")?.projectorPath == "\(folder.path)/vision/mmproj.gguf")
        #expect(catalogue.entry(named: "vision")?.inputModalities == [.text, .image])
        #expect(catalogue.entry(named: "tree")?.path == "\(folder.path)/publisher/tree/model-Q4_K_M.gguf")
        #expect(catalogue.entry(named: "sharded")?.info?.parameterCount == 64)
        #expect(catalogue.notes.isEmpty)
        #expect(try folder.catalogue(depth: 0).entries.map(\.id) == ["single"])
        #expect(try folder.catalogue(depth: 1).entries.map(\.id) == ["sharded", "single", "vision"])
        #expect(try folder.catalogue(depth: 3).entries.map(\.id) == ["deeper", "sharded", "single", "tree", "vision"])
    }

    @Test func severalDirectoriesInTheirOrder() throws {
        let (one, two) = (try CatalogueFolder(), try CatalogueFolder())
        try one.write("a.gguf")
        try two.write("a.gguf")
        try two.write("b/x.gguf")
        try two.write("b.gguf")
        let catalogue = try ModelScan().catalogue(of: [one.path, two.path + "//"])
        #expect(catalogue.entries.map(\.path) == ["\(one.path)/a.gguf", "\(two.path)/b.gguf"])
        #expect(catalogue.notes.map(\.path) == ["\(two.path)/a.gguf", "\(two.path)/b/x.gguf"])
    }

    @Test func deeperModelsYield() throws {
        let folder = try CatalogueFolder()
        try folder.write("apple/same/deep.gguf")
        try folder.write("same/flat.gguf")
        #expect(try folder.catalogue().entry(named: "same")?.path == "\(folder.path)/same/flat.gguf")
    }

    @Test func badFilesAreListedWithTheirReason() throws {
        let folder = try CatalogueFolder()
        try folder.write("empty.gguf", [])
        try folder.write("text.gguf", Array("<!DOCTYPE html>".utf8))
        try folder.write("cut.gguf", Array(CatalogueFixture.model.bytes.dropLast(64)))
        try folder.write("lies.gguf", Array("GGUF".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 16))
        try folder.link("dangling.gguf", to: "/nowhere/at/all.gguf")
        try folder.link("circle.gguf", to: "circle.gguf")
        try #require(mkfifo("\(folder.path)/fifo.gguf", 0o600) == 0)
        let catalogue = try folder.catalogue()
        let words = [
            "circle": "symbolic links", "cut": "file is truncated: tensor 't'", "dangling": "No such file",
            "empty": "it is empty", "fifo": "not a regular file", "lies": "claims", "text": "web page",
        ]
        #expect(catalogue.entries.map(\.id) == words.keys.sorted())
        for entry in catalogue.entries {
            #expect(entry.problem?.contains(words[entry.id] ?? "?") == true, "\(entry.id): \(entry.problem ?? "")")
            #expect(entry.info == nil)
        }
    }

    @Test func leavesOutWhatIsHiddenOrUnfinished() throws {
        let folder = try CatalogueFolder()
        for name in [
            ".hidden.gguf", ".cache/a.gguf", "a.gguf.part", "a.gguf.downloadInProgress", "a.gguf.incomplete", ".gguf",
            "m/a.gguf.part", "README.md", "a.safetensors",
        ] { try folder.write(name) }
        let catalogue = try folder.catalogue()
        #expect(catalogue.entries.isEmpty)
        #expect(catalogue.notes.isEmpty)
    }

    @Test func followsLinksButNotInCircles() throws {
        let folder = try CatalogueFolder()
        let elsewhere = try CatalogueFolder()
        try elsewhere.write("blob", CatalogueFixture.model.bytes)
        try elsewhere.write("real/x.gguf")
        try folder.link("file.gguf", to: "\(elsewhere.path)/blob")
        try folder.link("folder", to: "\(elsewhere.path)/real")
        try folder.link("self", to: ".")
        try folder.write("m/a.gguf")
        try folder.link("m/up", to: "..")
        let catalogue = try folder.catalogue(depth: 9)
        #expect(catalogue.entries.map(\.id) == ["file", "folder", "m"])
        #expect(catalogue.entries.allSatisfy { $0.problem == nil })
        #expect(catalogue.entry(named: "file")?.sizeBytes == UInt64(CatalogueFixture.model.bytes.count))
        #expect(catalogue.notes.map(\.path) == ["\(folder.path)/self", "\(folder.path)/m/up"])
    }

    @Test func saysWhatIsWrongWithADirectory() throws {
        let folder = try CatalogueFolder()
        try folder.write("file", [])
        func error(_ path: String) -> CatalogueError? {
            #expect(throws: CatalogueError.self) { try ModelScan().catalogue(of: [path]) }
        }
        #expect(error("\(folder.path)/none")?.code == .notFound)
        #expect(error("\(folder.path)/none")?.message == "models directory '\(folder.path)/none' does not exist")
        #expect(error("\(folder.path)/file")?.code == .notADirectory)
        #expect(error("")?.code == .notFound)
    }

    @Test func aThousandModels() throws {
        let folder = try CatalogueFolder()
        let bytes = CatalogueFixture.model.bytes
        for number in 0..<1000 { try folder.write("m\(number).gguf", bytes) }
        let catalogue = try folder.catalogue()
        #expect(catalogue.entries.count == 1000)
        #expect(catalogue.entries.allSatisfy { $0.problem == nil })
    }

    @Test func theDemoModels() throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let catalogue = try ModelScan().catalogue(of: [root.appendingPathComponent("models").path])
        #expect(catalogue.entry(named: "stories-chat-Q8_0")?.info?.contextLength == 2048)
        #expect(catalogue.entry(named: "pirate-chat-Q8_0")?.info?.chatTemplate != nil)
        #expect(catalogue.entry(named: "stories-tiny-F32")?.problem == nil)
    }
}
