// SPDX-License-Identifier: MIT

import Catalogue
import GGUF
import Testing

/// The rules of ``ModelFolder``, without a disk.
@Suite struct CataloguePairingTests {
    private func folder(_ files: ModelFile...) -> (entry: ModelEntry?, notes: [CatalogueNote]) {
        ModelFolder(path: "/m", files: files).entry(id: "m")
    }

    private func loose(_ files: ModelFile...) -> (entries: [ModelEntry], notes: [CatalogueNote]) {
        ModelFolder(path: "/m", files: files).looseEntries()
    }

    @Test func aSingleModel() throws {
        let (entry, notes) = folder(try CatalogueFixture.model.file("a-Q8_0.gguf"))
        #expect(entry?.id == "m")
        #expect(entry?.path == "/m/a-Q8_0.gguf")
        #expect(entry?.shardPaths == ["/m/a-Q8_0.gguf"])
        #expect(entry?.source.rawValue == "models_dir")
        #expect(entry?.info?.architecture == "llama")
        #expect(entry?.inputModalities == [.text])
        #expect(entry?.problem == nil)
        #expect(entry?.sizeBytes == UInt64(CatalogueFixture.model.bytes.count))
        #expect(notes.isEmpty)
    }

    @Test func aModelWithItsCompanions() throws {
        let projector = CatalogueFixture.projector(audio: true)
        let (entry, notes) = folder(
            try CatalogueFixture.model.file("model.gguf"),
            try CatalogueFixture.model.file("mtp-model.gguf"),
            try projector.file("mmproj-model.gguf")
        )
        #expect(entry?.path == "/m/model.gguf")
        #expect(entry?.projectorPath == "/m/mmproj-model.gguf")
        #expect(entry?.draftPath == "/m/mtp-model.gguf")
        #expect(entry?.inputModalities == [.text, .image, .audio])
        #expect(entry?.sizeBytes == UInt64(CatalogueFixture.model.bytes.count + projector.bytes.count))
        #expect(notes.isEmpty)
    }

    @Test func metadataCountsMoreThanNames() throws {
        // The projector bears the better name for a model, and the model that of a projector.
        let (entry, _) = folder(
            try CatalogueFixture.projector().file("model.gguf"),
            try CatalogueFixture.model.file("not-an-mmproj.gguf"),
            try CatalogueFixture(architecture: "dflash").file("zzz.gguf")
        )
        #expect(entry?.path == "/m/not-an-mmproj.gguf")
        #expect(entry?.projectorPath == "/m/model.gguf")
        #expect(entry?.draftPath == "/m/zzz.gguf")
    }

    @Test(arguments: ["mtp-a.gguf", "dspark-a.gguf", "dflash-a.gguf"])
    func draftsByName(name: String) throws {
        #expect(try CatalogueFixture.model.file(name).role == .draft)
        #expect(CatalogueFixture.broken(name).role == .draft)
        #expect(try CatalogueFixture.model.file("a-\(name)").role == .model)
    }

    @Test func brokenFilesAreToldByName() {
        #expect(CatalogueFixture.broken("x-mmproj-f16.gguf").role == .projector)
        #expect(CatalogueFixture.broken("x.gguf").role == .model)
    }

    @Test func shardsAreOneModel() throws {
        let (entry, notes) = folder(
            try CatalogueFixture.shard(2, of: 2).file("big-00002-of-00002.gguf"),
            try CatalogueFixture.shard(1, of: 2).file("big-00001-of-00002.gguf"),
            try CatalogueFixture.model.file("a-single.gguf")
        )
        #expect(entry?.path == "/m/big-00001-of-00002.gguf")
        #expect(entry?.shardPaths == ["/m/big-00001-of-00002.gguf", "/m/big-00002-of-00002.gguf"])
        #expect(entry?.info?.parameterCount == 64)
        #expect(entry?.problem == nil)
        #expect(notes.map(\.path) == ["/m/a-single.gguf"])
    }

    @Test func missingShardsAreNamed() throws {
        let first = try CatalogueFixture.shard(1, of: 3).file("b-00001-of-00003.gguf")
        let last = try CatalogueFixture.shard(3, of: 3).file("b-00003-of-00003.gguf")
        #expect(folder(first, last).entry?.problem == "shard 2 of 3 is missing: b-00002-of-00003.gguf")
        #expect(folder(first, last).entry?.info?.architecture == "llama")
        #expect(folder(last).entry?.problem == "shard 1 of 3 is missing: b-00001-of-00003.gguf")
        #expect(folder(last).entry?.info == nil)
        #expect(folder(first, try CatalogueFixture.model.file("z.gguf")).entry?.path == "/m/z.gguf")
    }

    @Test func brokenShardsAreNamed() throws {
        let first = try CatalogueFixture.shard(1, of: 2).file("b-00001-of-00002.gguf")
        let broken = CatalogueFixture.broken("b-00002-of-00002.gguf")
        #expect(folder(first, broken).entry?.problem == "shard 2 of 2 (b-00002-of-00002.gguf): cut off")
        let stranger = try CatalogueFixture.shard(2, of: 3).file("b-00002-of-00002.gguf")
        #expect(folder(first, stranger).entry?.problem == "shard 2 of 2 says that it is one of 3")
    }

    @Test func aShardUnderAnotherName() throws {
        let file = try CatalogueFixture.shard(1, of: 2).file("renamed.gguf")
        #expect(folder(file).entry?.problem == "the file says that it is shard 1 of 2, but is not named like one")
    }

    @Test func ofSeveralModelsTheFirstThatLoads() throws {
        let (entry, notes) = folder(
            CatalogueFixture.broken("a.gguf"),
            try CatalogueFixture.model.file("b.gguf"),
            try CatalogueFixture.model.file("c.gguf")
        )
        #expect(entry?.path == "/m/b.gguf")
        #expect(notes.map(\.path) == ["/m/a.gguf", "/m/c.gguf"])
        #expect(notes.first?.message == "not listed: the model of this folder is b.gguf")
    }

    @Test func aBrokenModelIsListed() {
        let (entry, _) = folder(CatalogueFixture.broken("a.gguf"))
        #expect(entry?.problem == "cut off")
        #expect(entry?.info == nil)
        #expect(entry?.sizeBytes == 7)
    }

    @Test func aBrokenProjectorIsTheModelsProblem() throws {
        let (entry, _) = folder(try CatalogueFixture.model.file("a.gguf"), CatalogueFixture.broken("mmproj.gguf"))
        #expect(entry?.problem == "the projector mmproj.gguf cannot be used: cut off")
        let (better, notes) = folder(
            try CatalogueFixture.model.file("a.gguf"),
            CatalogueFixture.broken("mmproj-1.gguf"),
            try CatalogueFixture.projector().file("mmproj-2.gguf")
        )
        #expect(better?.problem == nil)
        #expect(better?.projectorPath == "/m/mmproj-2.gguf")
        #expect(notes.map(\.path) == ["/m/mmproj-1.gguf"])
    }

    @Test func aBrokenDraftIsLeftOut() throws {
        let (entry, notes) = folder(try CatalogueFixture.model.file("a.gguf"), CatalogueFixture.broken("mtp-a.gguf"))
        #expect(entry?.problem == nil)
        #expect(entry?.draftPath == nil)
        #expect(notes.map(\.message) == ["not used as draft model: cut off"])
    }

    @Test func whatNoEngineCanLoadHasAProblem() throws {
        #expect(
            folder(try CatalogueFixture(hasTensor: false).file("v.gguf")).entry?.problem?.contains("no tensors") == true
        )
        let nameless = try CatalogueFixture(architecture: nil).file("n.gguf")
        #expect(folder(nameless).entry?.problem?.contains("architecture") == true)
    }

    @Test func foldersWithoutAModel() throws {
        let adapter = try CatalogueFixture(texts: [("general.type", "adapter")]).file("lora.gguf")
        let (entry, notes) = folder(adapter, try CatalogueFixture.projector().file("mmproj.gguf"))
        #expect(entry == nil)
        #expect(notes.map(\.path) == ["/m/lora.gguf", "/m"])
        #expect(folder().entry == nil)
        #expect(folder().notes.isEmpty)
    }

    @Test func looseFilesAreModelsOfTheirOwn() throws {
        let (entries, notes) = loose(
            try CatalogueFixture.model.file("b.gguf"),
            try CatalogueFixture.model.file("a.gguf"),
            try CatalogueFixture.projector().file("mmproj-a.gguf"),
            try CatalogueFixture.model.file("mtp-a.gguf"),
            try CatalogueFixture.shard(1, of: 2).file("big-00001-of-00002.gguf"),
            try CatalogueFixture.shard(2, of: 2).file("big-00002-of-00002.gguf"),
            CatalogueFixture.broken("x.gguf")
        )
        #expect(entries.map(\.id) == ["a", "b", "big", "x"])
        #expect(entries[2].aliases == ["big-00001-of-00002"])
        #expect(entries.map(\.problem) == [nil, nil, nil, "cut off"])
        #expect(entries.allSatisfy { $0.projectorPath == nil && $0.draftPath == nil })
        #expect(notes.map(\.path) == ["/m/mmproj-a.gguf", "/m/mtp-a.gguf"])
    }

    @Test func shardNames() {
        #expect(ShardName(fileName: "a-b-00002-of-00003.gguf") == ShardName(prefix: "a-b", number: 2, count: 3))
        #expect(ShardName(prefix: "a-b", number: 2, count: 3).fileName == "a-b-00002-of-00003.gguf")
        for name in [
            "a.gguf", "a-1-of-2.gguf", "a-00003-of-00002.gguf", "a-00000-of-00002.gguf", "a-00001-of-00000.gguf",
            "00001-of-00002.gguf", "a-0000x-of-00002.gguf", "a-00001-of-00002.bin", "a-00001-or-00002.gguf",
        ] {
            #expect(ShardName(fileName: name) == nil, "\(name)")
        }
    }

    @Test func everyOrderOfFilesGivesTheSame() throws {
        let files = [
            try CatalogueFixture.model.file("a.gguf"), try CatalogueFixture.model.file("b.gguf"),
            try CatalogueFixture.projector().file("mmproj-1.gguf"),
            try CatalogueFixture.projector().file("mmproj-2.gguf"),
            try CatalogueFixture.model.file("mtp-1.gguf"), try CatalogueFixture.model.file("mtp-2.gguf"),
        ]
        let expected = ModelFolder(path: "/m", files: files).entry(id: "m")
        for start in files.indices {
            let turned = Array(files[start...] + files[..<start])
            #expect(ModelFolder(path: "/m", files: turned).entry(id: "m").entry == expected.entry)
        }
    }
}
