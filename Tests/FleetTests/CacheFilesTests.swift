// SPDX-License-Identifier: MIT

import Catalogue
import Foundation
import Library
import Testing

/// The cache on a disk: what is listed, linked and removed.
@Suite struct CacheFilesTests {
    let folder: CatalogueFolder
    let cache: HubCache
    private let commit = String(repeating: "1", count: 40)
    private let other = String(repeating: "2", count: 40)

    init() throws {
        folder = try CatalogueFolder()
        cache = HubCache(root: folder.path)
    }

    private func oid(_ digit: Character) -> String { String(repeating: digit, count: 64) }

    /// A finished blob.
    private func blob(_ digit: Character, _ fixture: CatalogueFixture = .model) throws -> HubFile {
        try folder.write("models--u--r/blobs/\(oid(digit))", fixture)
        return HubFile(path: "", sizeBytes: UInt64(fixture.bytes.count), oid: oid(digit))
    }

    private func plan(_ files: [HubFile], _ name: String, commit: String) throws -> HubPlan {
        let reference = try HubReference(name)
        let choice = try HubFileChoice(files, for: reference)
        return HubPlan(reference: reference, branch: "main", commit: commit, listing: files, choice: choice)
    }

    private func named(_ path: String, _ blob: HubFile) -> HubFile {
        HubFile(path: path, sizeBytes: blob.sizeBytes, oid: blob.oid)
    }

    private func entries() throws -> [ModelEntry] {
        var sources = CatalogueSources()
        sources.hubCache = cache
        return try sources.catalogue().entries
    }

    @Test func aLinkedModelIsListed() throws {
        let model = named("q/m-Q8_0.gguf", try blob("a"))
        let projector = named("mmproj-F16.gguf", try blob("b", .projector()))
        try CacheFiles.link(try plan([model, projector], "u/r:Q8_0", commit: commit), in: cache)
        let entry = try #require(try entries().first)
        #expect(entry.id == "u/r:Q8_0")
        #expect(entry.source == .cache)
        #expect(entry.canRemove)
        #expect(entry.inputModalities == [.text, .image])
        #expect(entry.projectorPath?.hasSuffix("/mmproj-F16.gguf") == true)
        #expect(entry.problem == nil)
        let link = "\(folder.path)/models--u--r/snapshots/\(commit)/q/m-Q8_0.gguf"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../../../blobs/\(oid("a"))")
        #expect(try String(contentsOfFile: "\(folder.path)/models--u--r/refs/main", encoding: .utf8) == commit)
    }

    @Test func whatIsUnchangedComesAlongToTheNextCommit() throws {
        let first = named("m-Q8_0.gguf", try blob("a"))
        try CacheFiles.link(try plan([first], "u/r:Q8_0", commit: commit), in: cache)
        let second = named("m-Q4_K_M.gguf", try blob("b"))
        try CacheFiles.link(try plan([first, second], "u/r:Q4_K_M", commit: other), in: cache)
        #expect(try entries().map(\.id) == ["u/r:Q4_K_M", "u/r:Q8_0"])
    }

    @Test func removalTakesWhatNobodyNeeds() throws {
        let projector = named("mmproj-F16.gguf", try blob("c", .projector()))
        let one = named("m-Q8_0.gguf", try blob("a"))
        let two = named("m-Q4_K_M.gguf", try blob("b"))
        for commit in [commit, other] {
            for name in ["u/r:Q8_0", "u/r:Q4_K_M"] {
                try CacheFiles.link(try plan([one, two, projector], name, commit: commit), in: cache)
            }
        }
        let all = try entries()
        #expect(all.count == 2)
        try CacheRemoval(cache: cache).remove(all[1], remaining: [all[0]])
        #expect(try entries().map(\.id) == ["u/r:Q4_K_M"])
        let blobs = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/models--u--r/blobs").sorted()
        #expect(blobs == [oid("b"), oid("c")])
        try CacheRemoval(cache: cache).remove(try entries()[0], remaining: [])
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/models--u--r"))
    }

    @Test func onlySnapshotsAreLookedAt() throws {
        try folder.write("models--u--r/blobs/x-Q8_0.gguf")
        try folder.write("models--u--r/snapshots/\(commit)/m-Q8_0.gguf.incomplete")
        try folder.write("models--u--r/snapshots/\(commit)/gone-F16.gguf")
        try FileManager.default.removeItem(atPath: "\(folder.path)/models--u--r/snapshots/\(commit)/gone-F16.gguf")
        try folder.link("models--u--r/snapshots/\(commit)/gone-F16.gguf", to: "../../blobs/none")
        try folder.write("models--u--r/refs/main", Array((commit + "\n").utf8))
        #expect(try entries().isEmpty)
        try folder.write("models--u--r/snapshots/\(commit)/m-Q8_0.gguf")
        #expect(try entries().map(\.id) == ["u/r:Q8_0"])
        try folder.write("models--u--r/refs/main", Array("../../etc".utf8))
        #expect(try entries().isEmpty)
    }

    @Test func changesAreNoticedByLooking() throws {
        let watch = PollingWatch(interval: .seconds(3600))
        watch.watch(WatchedPaths(modelsDirectories: [folder.path], files: ["\(folder.path)/presets.ini"]).directories())
        watch.look()
        #expect(watch.count == 0)
        try folder.write("m.gguf")
        watch.look()
        try folder.write("notes.txt")
        watch.look()
        #expect(watch.count == 1)
        try folder.write("presets.ini", [1])
        watch.look()
        #expect(watch.count == 2)
        watch.stop()
    }

    @Test func interestingChanges() throws {
        try folder.write("a/b/c/m.gguf")
        let root = folder.path
        let paths = WatchedPaths(modelsDirectories: [root + "/"], depth: 2, files: ["/etc/x/p.ini"]).directories()
        #expect(Set(paths.keys).isSuperset(of: [root, "\(root)/a", "\(root)/a/b", "/etc/x"]))
        #expect(paths["\(root)/a/b/c"] == nil)
        let models = try #require(paths[root])
        #expect(models.concerns("m.gguf", isDirectory: false) && models.concerns("d", isDirectory: true))
        #expect(!models.concerns("m.gguf.part", isDirectory: false))
        let preset = try #require(paths["/etc/x"])
        #expect(preset.concerns("p.ini", isDirectory: false) && !preset.concerns("q.ini", isDirectory: false))
    }
}
