// SPDX-License-Identifier: MIT

import Gateway
import Testing

struct CrossOriginTests {
    @Test(
        "Hosts of this machine",
        arguments: [
            ("localhost", true), ("LOCALHOST:80", true), ("localhost.:80", true), ("127.0.0.1", true),
            ("127.9.9.255:1", true), ("[::1]", true), ("[::1]:8080", true), ("127.0.0.1.evil.com", false),
            ("localhost.evil.com", false), ("notlocalhost", false), ("127.0.0.256", false), ("127.0.0", false),
            ("", false), ("[::2]", false), ("10.0.0.1", false), ("127.0.0.x", false), ("[::1", false),
        ]
    )
    func loopback(authority: String, expected: Bool) {
        #expect(Authority.isLoopback(Authority.host(of: authority)) == expected)
    }

    @Test(
        "Which origins may",
        arguments: [
            (nil, .own), ("http://gpu.lan:8080", .own), ("http://gpu.lan", .stranger), ("http://localhost", .allowed),
            ("http://127.0.0.1:3000", .allowed), ("https://[::1]:3000", .allowed), ("localhost", .allowed),
            ("https://chat.example", .allowed), ("https://CHAT.example", .allowed), ("http://chat.example", .stranger),
            ("https://chat.example:1", .stranger), ("https://chat.example.evil.com", .stranger), ("null", .stranger),
            ("http://localhost.evil.com", .stranger), ("", .stranger),
        ] as [(String?, CrossOrigin.Source)]
    )
    func sources(origin: String?, expected: CrossOrigin.Source) {
        let rules = CrossOrigin(origins: ["https://chat.example/"])
        #expect(rules.source(origin: origin, host: "gpu.lan:8080") == expected)
    }

    @Test("A star allows all of them")
    func star() {
        #expect(CrossOrigin(origins: ["*"]).source(origin: "http://x", host: "y") == .allowed)
    }

    @Test(
        "C25: all origins of a scheme",
        arguments: [
            ("vscode-webview://0abc", .allowed), ("VSCODE-webview://x", .allowed), ("vscode-webview", .stranger),
            ("vscode-webviewx://a", .stranger), ("http://vscode-webview://a", .stranger), ("https://a", .stranger),
        ] as [(String, CrossOrigin.Source)]
    )
    func schemes(origin: String, expected: CrossOrigin.Source) {
        let rules = CrossOrigin(origins: ["vscode-webview://*"])
        #expect(rules.source(origin: origin, host: "gpu.lan") == expected)
    }

    @Test(
        "A page with a key gets what it asks for, and no credentials; an origin of no browser gets llama-server's answer",
        arguments: [
            ("http://a", "Authorization", nil), ("app://obsidian.md", "Authorization", nil),
            ("null", "Authorization", nil), ("web.mydomain.fr", "*", "true"),
        ] as [(String, String, String?)]
    )
    func keyedPreflight(origin: String, headers: String, credentials: String?) {
        let rules = CrossOrigin()
        let fields = rules.preflightFields(
            for: .stranger,
            origin: origin,
            requested: "Authorization",
            hasKeys: true
        )
        let told = Dictionary(fields.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(told["access-control-allow-origin"] == origin)
        #expect(told["access-control-allow-headers"] == headers)
        #expect(told["access-control-allow-credentials"] == credentials)
    }

    @Test("What an allowed page is told")
    func fields() {
        let rules = CrossOrigin()
        let fields = rules.preflightFields(for: .allowed, origin: "http://a", requested: "authorization, x-b")
        let told = Dictionary(fields.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(told["access-control-allow-origin"] == "http://a")
        #expect(told["access-control-allow-methods"] == "GET, POST, DELETE, OPTIONS")
        #expect(told["access-control-allow-headers"] == "authorization, x-b")
        #expect(told["access-control-allow-credentials"] == "true")
        #expect(told["vary"] == "Origin")
        #expect(rules.fields(for: .own, origin: nil).isEmpty)
        let plain = CrossOrigin(headers: "x-a", allowsCredentials: false)
        let others = plain.preflightFields(for: .allowed, origin: "http://a", requested: "authorization")
        #expect(others.first { $0.name.lowercased() == "access-control-allow-headers" }?.value == "x-a")
        #expect(!others.contains { $0.name.lowercased() == "access-control-allow-credentials" })
    }

    @Test("A stranger's page is told nothing that would let it in")
    func stranger() {
        let rules = CrossOrigin()
        #expect(rules.fields(for: .stranger, origin: "http://evil.com").isEmpty)
        let preflight = rules.preflightFields(for: .stranger, origin: "http://evil.com", requested: "authorization")
        #expect(!preflight.contains { $0.name.lowercased() == "access-control-allow-origin" })
    }
}
