// SPDX-License-Identifier: MIT

import Fleet
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
        #expect(catalogue.entry(named: "A") == nil)
        #expect(catalogue.entry(named: "") == nil)
        #expect(Catalogue().entries.isEmpty)
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
