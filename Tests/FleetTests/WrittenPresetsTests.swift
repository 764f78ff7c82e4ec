// SPDX-License-Identifier: MIT

import Catalogue
import Testing
import Wire

@Suite("Preset files that the server writes")
struct WrittenPresetsTests {
    private typealias Value = WrittenPresets.Value

    @Test("What is written is read again, and a section is replaced or removed alone")
    func sections() throws {
        var presets = WrittenPresets()
        presets.set(
            "a",
            [Value("model", "/m/a;b #c.gguf"), Value("reverse-prompt", "x"), Value("reverse-prompt", "'y'")]
        )
        presets.set("b", [Value("hf-repo", "u/r:Q4_0")])
        #expect(try WrittenPresets(presets.text, path: "p.ini") == presets)
        presets.set("a", [Value("model", "/m/c.gguf")])
        #expect(presets.ids == ["a", "b"] && presets.mentions("/m/c.gguf") && !presets.mentions("x"))
        #expect(presets.remove("b") == [Value("hf-repo", "u/r:Q4_0")] && presets.remove("b") == nil)
        #expect(try WrittenPresets(presets.text, path: "p.ini").ids == ["a"])
    }

    @Test(
        "What no file can hold, or no model can have, is found before it is written",
        arguments: [
            ("a", "model", "/m/a\nhost = x"), ("a", "model", "/m/\r.gguf"), ("a]\n[b", "model", "/m/a.gguf"),
            ("*", "temp", "1"),
            ("default", "temp", "1"), ("a", "temp", "hot"), ("a", "no-such-option", "1"), ("a", "port", "1"),
            ("a", "model", "'x\" # '\""),
        ]
    )
    func checks(id: String, name: String, value: String) {
        #expect(throws: OptionError.self) {
            try WrittenPresets.check(id, [Value(OptionName(rawValue: name), value)])
        }
    }

    @Test("A copy has the files and the section's own options, and neither names nor what holds for all models")
    func copies() throws {
        let ini = """
            [*]
            temp = 0.1
            [a]
            model = models/a.gguf
            alias = other
            top-k = 5
            reverse-prompt = x
            reverse-prompt = y
            load-on-startup = true
            hf-token = hf_secret
            [plain]
            min-p = 0.2
            """
        let plain = ModelEntry(
            id: "plain",
            source: .modelsDirectory,
            path: "dir/plain.gguf",
            projectorPath: "dir/mmproj.gguf"
        )
        let catalogue = try Catalogue(entries: [plain]).configured(
            presets: try PresetFile(ini, path: "p.ini"),
            router: OptionValues()
        )
        func lines(_ name: String) throws -> Set<String> {
            let entry = try #require(catalogue.entry(named: name))
            return Set(entry.copied(from: "/here").map { "\($0.name.rawValue)=\($0.value)" })
        }
        #expect(try lines("a") == ["model=/here/models/a.gguf", "top-k=5", "reverse-prompt=x", "reverse-prompt=y"])
        #expect(try lines("plain") == ["model=/here/dir/plain.gguf", "mmproj=/here/dir/mmproj.gguf", "min-p=0.2"])
    }

    @Test("A model of the cache is copied by its name")
    func cached() throws {
        let entry = ModelEntry(id: "u/r:Q4_0", source: .cache, path: "/cache/models--u--r/snapshots/1/m-Q4_0.gguf")
        let catalogue = try Catalogue(entries: [entry]).configured(router: OptionValues())
        let copy = try #require(catalogue.entries.first).copied(from: "/here")
        #expect(copy == [Value("hf-repo", "u/r:Q4_0")])
    }

    @Test("The sections of an operator count before those of clients")
    func precedence() throws {
        var presets = try PresetFile("[a]\nmodel = /m/a.gguf\n", path: "p.ini")
        presets.add(try PresetFile("[a]\nmodel = /m/b.gguf\n[c]\nmodel = /m/c.gguf\n", path: "q.ini"))
        #expect(presets.models.map(\.id) == ["a", "c"] && presets.models[0].options.model == "/m/a.gguf")
    }
}
