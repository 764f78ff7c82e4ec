// SPDX-License-Identifier: MIT

import Catalogue
import Gateway
import Library
import Testing
import Wire

@Suite("A model that Ollama's clients want made")
struct OllamaCreateTests {
    private static let digest = "sha256:" + String(repeating: "0a", count: 32)

    private func read(_ body: String, name: String = "mario") throws -> OllamaCreate {
        try OllamaCreate(try JSONValue(parsing: body), name: name)
    }

    private func lines(_ body: String) throws -> [String] {
        try read(body).parts.values.map { "\($0.name.rawValue) = \($0.value)" }
    }

    @Test("Parameters and instructions become options")
    func options() throws {
        let body = #"""
            {"from":"llama3:latest","system":"You are \"Mario\".\nA \\ plumber; # yes","parameters":
            {"temperature":0.5,"top_k":7,"num_ctx":512,"num_predict":-2,"use_mmap":true,"stop":["\n","<|end|>"],"seed":3}}
            """#
        #expect(
            try lines(body) == [
                "temp = 0.5", "top-k = 7", "ctx-size = 512", "predict = -1", "mmap = true", #"reverse-prompt = \n"#,
                "reverse-prompt = <|end|>", "seed = 3",
                #"system-prompt = You are \"Mario\".\nA \\ plumber; # yes"#, "escape = true",
            ]
        )
        #expect(try read(body).from == "llama3" && read(body).streams && read(body).files.isEmpty)
        // What is written is read as it was meant.
        let values = try read(body).parts.values
        try WrittenPresets.check("mario", values)
        var presets = WrittenPresets()
        presets.set("mario", values)
        let model = try #require(try PresetFile(presets.text, path: "p.ini").models.first)
        #expect(model.options.unescapedTexts("reverse-prompt") == ["\n", "<|end|>"])
        #expect(model.options.unescapedTexts("system-prompt") == ["You are \"Mario\".\nA \\ plumber; # yes"])
    }

    @Test("Files, adapters, Jinja templates; what isn't kept is told")
    func parts() throws {
        let wanted = try read(
            #"""
            {"files":{"model.gguf":"\#(Self.digest)"},"adapters":{"a.gguf":"\#(Self.digest)"},"stream":false,"license":["MIT"],
            "template":"{% for m in messages %}{{ m.content }}{% endfor %}{{ range(3) }}","messages":[],"quantize":""}
            """#
        )
        #expect(wanted.files.map(\.description) == [Self.digest] && wanted.parts.adapters.count == 1 && !wanted.streams)
        #expect(wanted.parts.template?.hasPrefix("{% for") == true && wanted.warnings.count == 1)
        #expect(wanted.warnings.first?.contains("license") == true)
    }

    @Test(
        "What a preset can't keep is refused in words",
        arguments: [
            (#"{}"#, "neither 'from' or 'files'"), (#"{"from":"a","files":{"m":"\#(digest)"}}"#, "both say"),
            (#"{"from":"a","quantize":"q4_K_M"}"#, "quantises no models"),
            (#"{"modelfile":"FROM a"}"#, "read by the client"),
            (#"{"from":"a","messages":[{"role":"user","content":"x"}]}"#, "'messages' is not supported"),
            (#"{"from":"a","template":"{{ .Prompt }}"}"#, "Go template"),
            (#"{"from":"a","template":"{{- if .System }}{{ .System }}{{ end }}"}"#, "Go template"),
            (#"{"from":"a","template":"{{range .Messages}}{{end}}"}"#, "Go template"),
            (#"{"from":"a","template":"hello"}"#, "must be a Jinja template"),
            (#"{"from":"a","parameters":{"tfs_z":1}}"#, "'parameters.tfs_z' is not known"),
            (#"{"from":"a","parameters":{"temperature":"hot"}}"#, "must be a number"),
            (#"{"from":"a","parameters":{"top_k":1.5}}"#, "must be a whole number"),
            (#"{"from":"a","parameters":{"stop":[1]}}"#, "must be texts"),
            (#"{"from":"a","parameters":[1]}"#, "must be an object"),
            (#"{"from":"a","system":7}"#, "'system' must be a string"), (#"{"from":"a","system":"\u0000"}"#, "NUL"),
            (#"{"from":"a","whatever":1}"#, "'whatever' is not known"),
            (#"{"files":{"m":"sha256:../../etc/passwd"}}"#, "must be a digest"),
            (#"{"files":{"m":7}}"#, "must be a digest"),
            (#"{"files":["m"]}"#, "must be an object"),
        ]
    )
    func refuses(body: String, words: String) throws {
        let error = #expect(throws: APIError.self) { try read(body) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test("Texts have bounds")
    func bounds() throws {
        let long = String(repeating: "x", count: 40_000)
        for body in [
            #"{"from":"a","system":"\#(long)"}"#, #"{"from":"a","parameters":{"stop":"\#(long)"}}"#,
            #"{"from":"\#(long)"}"#,
        ] {
            #expect(throws: APIError.self) { try read(body) }
        }
    }

    @Test("Names are Ollama's", arguments: ["mario", "me/mario:v1", "host.local/me/mario:1.2-x_y", "_a", "A"])
    func names(name: String) throws {
        #expect(try OllamaCreate.checked(name) == name)
    }

    @Test(
        "Others are refused",
        arguments: [
            "", "..", "../x", "a/../b", "a/..", "/a", "a/", "a:", ":a", "a:b:c", "a/b/c/d", "a b", "a]", "[a", "a\nb",
            "-a", ".a", "*",
            "default", "a=b", "é", "a..b", String(repeating: "x", count: 81), "a\u{0}",
        ]
    )
    func otherNames(name: String) {
        #expect(throws: APIError.self) { try OllamaCreate.checked(name) }
    }
}
