// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("INI files")
struct INIFileTests {
    /// The sections as `name: key=value@line, …`.
    private func summary(_ text: String) throws -> String {
        try INIFile(text, path: "f.ini").sections.map { section in
            let entries = section.entries.map { "\($0.key)=\($0.value)@\($0.line)" }
            return "\(section.name): " + entries.joined(separator: ", ")
        }
        .joined(separator: "; ")
    }

    @Test(
        "reads what llama-server reads",
        arguments: [
            ("", ""),
            ("\n  \n# c\n ; c\n", ""),
            ("[a]\nk = v\n", "a: k=v@2"),
            ("[a]\r\nk=v\r\nl=w", "a: k=v@2, l=w@3"),
            ("[a]\rk=v\rl=w", "a: k=v@2, l=w@3"),
            ("[a]\n\rk=v", "a: k=v@3"),
            ("[ a ]  ; c\nk=v # c", "a: k=v@2"),
            ("[a]\nk = one two  ; c", "a: k=one two@2"),
            ("[a]\nk =", "a: k=@2"),
            ("[a]\nk = ; c", "a: k=@2"),
            ("[a]\nk = a = b", "a: k=a = b@2"),
            ("[a]\nk=[b]", "a: k=[b]@2"),
            ("[a]\n_k.2-x=v", "a: _k.2-x=v@2"),
            ("[a]\nk=\\\nl=w", "a: k=\\@2, l=w@3"),
            ("k=v", "default: k=v@1"),
            ("k=v\n[default]\nl=w", "default: l=w@3"),
            ("[default]\n", ""),
            ("[*]\nk=v", "*: k=v@2"),
            ("[u/r:Q8_0]\nk=v", "u/r:Q8_0: k=v@2"),
            ("[a]\nk=v\n[b]\nl=w\n[a]\nm=x", "b: l=w@4; a: m=x@6"),
            ("[a]\nk=v\nk=w", "a: k=v@2, k=w@3"),
            ("\u{FEFF}[a]\nk=v", "a: k=v@2"),
            ("[ä b]\nk = ü", "ä b: k=ü@2"),
        ] as [(String, String)]
    )
    func reads(text: String, expected: String) throws {
        #expect(try summary(text) == expected)
    }

    /// F22: llama-server takes the sign for a comment and cuts `samplers = top_k;top_p` to `top_k`.
    @Test(
        "a comment sign without a blank before it belongs to the value",
        arguments: [
            ("k = top_k;top_p;temperature", "top_k;top_p;temperature"), ("k = /M/hash#x.gguf", "/M/hash#x.gguf"),
            ("k = a;b ; c", "a;b"), ("k = a#b\t# c;d", "a#b"), ("k=;a", ""), ("k=a;", "a;"), ("k = a;b # c ; d", "a;b"),
        ] as [(String, String)]
    )
    func commentSigns(text: String, value: String) throws {
        let file = try INIFile(text, path: "f")
        #expect(file.sections.first?.entries.first?.value == value)
        #expect(file.warnings.isEmpty)
    }

    @Test("says what was read otherwise than it may be meant")
    func lossyReading() throws {
        let file = try INIFile("[a]\nk = \"x ; y\n[b]\n[a]\nl = 'z' 'w'\n", path: "f.ini")
        #expect(
            file.warnings.map { "\($0.place): \($0.message)" } == [
                "f.ini:2: 'k' begins with a quote that doesn't end its value; it belongs to the value",
                "f.ini:4: [a] is there twice; the last one counts",
                "f.ini:5: 'l' begins with a quote that doesn't end its value; it belongs to the value",
            ]
        )
    }

    @Test(
        "takes matching quotes off values",
        arguments: [
            (#"k = "C:\a b\c.gguf""#, #"C:\a b\c.gguf"#),
            ("k = 'x # y ; z'  ; c", "x # y ; z"),
            (#"k = """#, ""),
            (#"k = "a" "b""#, #""a" "b""#),
            (#"k = "a"#, #""a"#),
            (#"k = {"a": "b"}"#, #"{"a": "b"}"#),
            (#"k = "a'"#, #""a'"#),
        ] as [(String, String)]
    )
    func quotes(text: String, value: String) throws {
        #expect(try INIFile(text, path: "f").sections.first?.entries.first?.value == value)
    }

    @Test(
        "says where a line is wrong",
        arguments: [
            ("[a", "f.ini:1: the section's name has no closing ]"),
            ("\n[]", "f.ini:2: the section has no name"),
            ("[a] b", "f.ini:1: unexpected text behind [a]"),
            ("[a]\n\nkey", "f.ini:3: expected '=' behind 'key'"),
            ("[a]\r\nkey value", "f.ini:2: expected '=' behind 'key'"),
            ("=v", "f.ini:1: expected [section], key = value or a comment"),
            ("3k=v", "f.ini:1: expected [section], key = value or a comment"),
        ] as [(String, String)]
    )
    func refuses(text: String, message: String) {
        let error = #expect(throws: OptionError.self) { try INIFile(text, path: "f.ini") }
        #expect(error?.description == message)
    }

    @Test(
        "writes values so that they are read again",
        arguments: ["", "a", "a b", " a ", "a;b", "#", "'a'", "\"a\" ;", "{\"a\": \"#\"}", "a=b"]
    )
    func quoting(value: String) throws {
        let file = try INIFile("k = \(INIFile.quoted(value))", path: "f")
        #expect(file.sections.first?.entries.first?.value == value)
    }

    @Test("never fails in another way than by an error, whatever the bytes")
    func fuzz() {
        let pieces = [
            "[", "]", "=", ";", "#", "\"", "'", "\n", "\r", "\r\n", " ", "\t", "a", "_", "-", "3", "ü", "\0", "*",
        ]
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int((state >> 33) % UInt64(pieces.count))]
            }
            do {
                for section in try INIFile(text, path: "f").sections { #expect(!section.name.isEmpty) }
            } catch {
                #expect(error.place.hasPrefix("f:"))
            }
        }
    }
}
