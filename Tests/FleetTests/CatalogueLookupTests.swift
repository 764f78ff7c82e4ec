// SPDX-License-Identifier: MIT

import Catalogue
import Testing

@Suite struct CatalogueLookupTests {
    private func entry(_ id: String, _ aliases: [String] = [], path: String = "/p") -> ModelEntry {
        ModelEntry(id: id, aliases: aliases, source: .modelsDirectory, path: path)
    }

    @Test func sortsAndFinds() {
        let catalogue = Catalogue(entries: [entry("b", ["beta"]), entry("a"), entry("C")])
        #expect(catalogue.entries.map(\.id) == ["C", "a", "b"])
        #expect(catalogue.entry(named: "beta")?.id == "b")
        #expect(catalogue.entry(named: "a")?.id == "a")
        #expect(catalogue.entry(named: "A")?.id == "a" && catalogue.entry(named: "c")?.id == "C")
        #expect(catalogue.entry(named: "") == nil)
        #expect(Catalogue().entries.isEmpty)
    }

    @Test(
        "Names as Ollama's clients write them",
        arguments: [
            ("llama:latest", "llama"), ("LLAMA:Latest", "llama"), ("hf.co/user/Repo:Q4_0", "user/Repo:Q4_0"),
            ("huggingface.co/USER/repo:q4_0", "user/Repo:Q4_0"), ("hf.co/user/repo:latest", "user/Repo:Q4_0"),
            ("tagged:latest", "tagged:latest"), ("Tagged", "Tagged"), ("latest", nil), (":latest", nil),
            ("hf.co/", nil),
            ("llama:latest:latest", "llama"), ("llama:7b", nil),
        ] as [(String, String?)]
    )
    func ollamaNames(name: String, id: String?) {
        let hub = ModelEntry(id: "user/Repo:Q4_0", source: .cache, path: "/c/snapshots/1/repo-Q4_0.gguf")
        let catalogue = Catalogue(entries: [entry("llama"), entry("tagged:latest"), entry("Tagged"), hub])
        #expect(catalogue.entry(named: name)?.id == id)
    }

    @Test func theFirstOfTwoIdsStays() {
        let catalogue = Catalogue(entries: [entry("a", path: "/1"), entry("a", path: "/2")])
        #expect(catalogue.entries.map(\.path) == ["/1"])
        #expect(catalogue.notes.map(\.path) == ["/2"])
        #expect(catalogue.notes.first?.message.contains("/1") == true)
    }

    @Test func idsCountMoreThanAliases() {
        let catalogue = Catalogue(entries: [entry("a", ["b", "x"]), entry("b", ["x"])])
        #expect(catalogue.entry(named: "b")?.id == "b")
        #expect(catalogue.entry(named: "x")?.id == "a")
    }
}
