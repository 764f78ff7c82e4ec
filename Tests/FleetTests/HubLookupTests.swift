// SPDX-License-Identifier: MIT

import Catalogue
import Foundation
import Testing
import Wire

/// Which model a name of the hub stands for: what is written first, then the rules of `-hf` (F04, F05).
@Suite struct HubLookupTests {
    private func cached(_ id: String, file: String, aliases: [String] = [], problem: String? = nil) -> ModelEntry {
        ModelEntry(
            id: id,
            aliases: aliases,
            source: .cache,
            path: "/c/models--x/snapshots/\(String(repeating: "a", count: 40))/\(file)",
            problem: problem
        )
    }

    private var catalogue: Catalogue {
        Catalogue(entries: [
            cached("uns/Story-GGUF:Q8_0", file: "Story-Q8_0.gguf", aliases: ["uns/Story-GGUF"]),
            cached("uns/Story-GGUF:UD-Q8_0", file: "Story-UD-Q8_0.gguf", aliases: ["uns/Story-GGUF:Q8_0"]),
            cached("uns/Only-GGUF:UD-Q4_K_XL", file: "Only-UD-Q4_K_XL.gguf"),
            ModelEntry(id: "uns/Folder", source: .modelsDirectory, path: "/m/f.gguf"),
        ])
    }

    @Test(
        arguments: [
            ("uns/Story-GGUF:UD-Q8_0", "uns/Story-GGUF:UD-Q8_0"), ("uns/Story-GGUF:Q8_0", "uns/Story-GGUF:Q8_0"),
            ("uns/Story-GGUF:q8_0", "uns/Story-GGUF:Q8_0"), ("uns/story-gguf:Q8_0", "uns/Story-GGUF:Q8_0"),
            ("uns/story-gguf:ud-q8_0", "uns/Story-GGUF:UD-Q8_0"), ("uns/Story-GGUF", "uns/Story-GGUF:Q8_0"),
            ("UNS/STORY-GGUF", "uns/Story-GGUF:Q8_0"), ("uns/Only-GGUF", "uns/Only-GGUF:UD-Q4_K_XL"),
            ("uns/Only-GGUF:Q4_K_XL", "uns/Only-GGUF:UD-Q4_K_XL"), ("uns/Story-GGUF:Q4_K_M", nil),
            ("uns/Other-GGUF", nil), ("Story-GGUF", nil), ("uns/folder", "uns/Folder"), ("uns/Story-GGUF:", nil),
            ("/", nil),
        ] as [(String, String?)]
    )
    func aNameStandsFor(name: String, id: String?) {
        #expect(catalogue.entry(named: name)?.id == id)
    }

    @Test func anAliasThatAnotherModelHasIsNotListed() {
        #expect(catalogue.entry(named: "uns/Story-GGUF:UD-Q8_0")?.aliases == [])
        #expect(catalogue.entry(named: "uns/Story-GGUF:Q8_0")?.aliases == ["uns/Story-GGUF"])
    }

    @Test func whatCannotBeLoadedIsTakenForNothingElse() {
        let broken = Catalogue(entries: [
            cached("a/b:Q4_K_M", file: "b-Q4_K_M.gguf", problem: "it is torn"), cached("a/b:Q2_K", file: "b-Q2_K.gguf"),
        ])
        #expect(broken.entry(named: "a/b")?.id == "a/b:Q2_K")
        #expect(broken.entry(named: "a/b:q4_k_m")?.id == nil || broken.entry(named: "a/b:q4_k_m")?.id == "a/b:Q4_K_M")
    }

    private func configured(_ text: String) throws -> Catalogue {
        try catalogue.configured(presets: try PresetFile(text, path: "p.ini"), router: OptionValues())
    }

    @Test func aSectionIsKnownByTheNameThatIsWritten() throws {
        let models = try configured(
            """
            [qwen3:8b]
            model = /nonexistent/a.gguf
            [llama3.2:3b]
            model = /nonexistent/b.gguf
            [org/Model-GGUF:UD-Q4_K_XL]
            model = /nonexistent/c.gguf
            """
        )
        for name in ["qwen3:8b", "llama3.2:3b", "org/Model-GGUF:UD-Q4_K_XL"] {
            #expect(models.entry(named: name)?.id == name)
        }
        // As llama-server would call them.
        #expect(models.entry(named: "qwen3:8B")?.id == "qwen3:8b")
        #expect(models.entry(named: "org/Model-GGUF:Q4_K_XL")?.id == "org/Model-GGUF:UD-Q4_K_XL")
        #expect(models.entry(named: "llama3.2:3b")?.aliases == ["llama3.2:3B"])
    }

    @Test func distinctNamesStayDistinct() throws {
        let models = try configured(
            """
            [qwen3:8b]
            model = /nonexistent/a.gguf
            [qwen3:8B]
            model = /nonexistent/b.gguf
            [r/m:UD-Q4_K_XL]
            model = /nonexistent/c.gguf
            [r/m:Q4_K_XL]
            model = /nonexistent/d.gguf
            """
        )
        #expect(models.entry(named: "qwen3:8b")?.path == "/nonexistent/a.gguf")
        #expect(models.entry(named: "qwen3:8B")?.path == "/nonexistent/b.gguf")
        #expect(models.entry(named: "r/m:UD-Q4_K_XL")?.path == "/nonexistent/c.gguf")
        #expect(models.entry(named: "r/m:Q4_K_XL")?.path == "/nonexistent/d.gguf")
        #expect(models.entry(named: "qwen3:8b")?.aliases == [])
    }

    @Test func aSectionSaysMoreAboutTheCachedModelThatItMeans() throws {
        let models = try configured("[uns/story-gguf:q8_0]\nctx-size = 64\n")
        let entry = models.entry(named: "uns/story-gguf:q8_0")
        #expect(entry?.id == "uns/story-gguf:q8_0")
        #expect(entry?.path == catalogue.entry(named: "uns/Story-GGUF:Q8_0")?.path)
        #expect(entry?.options.given(\.contextSize) == 64)
        #expect(models.entry(named: "uns/Story-GGUF:Q8_0")?.id == "uns/story-gguf:q8_0")
        #expect(models.entries.count == catalogue.entries.count)
        // Beside a section of that model's own name it is another worker over the same file.
        let both = try configured("[uns/Story-GGUF:Q8_0]\nctx-size = 32\n[uns/story-gguf:q8_0]\nctx-size = 64\n")
        #expect(both.entry(named: "uns/Story-GGUF:Q8_0")?.options.given(\.contextSize) == 32)
        #expect(both.entry(named: "uns/story-gguf:q8_0")?.options.given(\.contextSize) == 64)
    }
}
