// SPDX-License-Identifier: MIT

import Catalogue
import Library
import Platform
import Testing

@Suite struct ProxySettingsTests {
    private func server(_ url: String, _ environment: [String: String]) throws -> String? {
        let url = try #require(HubURL(url))
        let server = try ProxySettings(environment: environment).server(for: url)
        return server.map { "\($0.kind) \($0.host):\($0.port)" }
    }

    @Test(
        "each scheme has its variable, small letters first",
        arguments: [
            ("https://h/", ["HTTPS_PROXY": "http://p:3128"], "http p:3128"),
            ("https://h/", ["HTTPS_PROXY": "http://p:1", "https_proxy": "q:2"], "http q:2"),
            ("https://h/", ["HTTP_PROXY": "http://p:1"], nil),
            ("http://h/", ["HTTP_PROXY": "http://p/"], "http p:80"),
            ("http://h/", ["ALL_PROXY": "socks5://p"], "socks p:1080"),
            ("https://h/", ["ALL_PROXY": "socks5h://p:9", "https_proxy": ""], "socks p:9"),
            ("https://h/", [:], nil),
        ] as [(String, [String: String], String?)]
    )
    func schemes(url: String, environment: [String: String], expected: String?) throws {
        #expect(try server(url, environment) == expected)
    }

    @Test(
        "no_proxy names what is reached directly",
        arguments: [
            ("h.example", true), ("example", true), (".example", true), ("*.example", true), ("xample", false),
            ("H.EXAMPLE", true), ("other, h.example", true), ("h.example:443", true), ("h.example:80", false),
            ("*", true), ("", false), ("10.0.0.0/8", false),
        ]
    )
    func exceptions(text: String, isDirect: Bool) throws {
        let environment = ["https_proxy": "http://p:1", "NO_PROXY": text]
        #expect(try (server("https://h.example/", environment) == nil) == isDirect)
    }

    @Test func networksAreExceptionsToo() throws {
        let environment = ["http_proxy": "http://p:1", "no_proxy": "10.1.0.0/16,::1,127.0.0.1"]
        let direct = ["http://10.1.2.3/", "http://[::1]/", "http://127.0.0.1:99/"]
        #expect(try direct.allSatisfy { try server($0, environment) == nil })
        #expect(try server("http://10.2.2.3/", environment) == "http p:1")
    }

    @Test func credentialsAreTakenOutAndShownNowhere() throws {
        let settings = ProxySettings(environment: ["http_proxy": "http://me:p%40ss@p:1"])
        let url = try #require(HubURL("http://h/"))
        let server = try #require(try settings.server(for: url))
        #expect(server.credentials?.user == "me" && server.credentials?.password == "p@ss")
        #expect(!"\(server)".contains("p@ss"))
    }

    @Test(arguments: ["https://p:1", "socks5://u:p@h", "ftp://p", "http://"])
    func whatIsNoUsableProxyIsAnErrorThatNamesTheVariable(text: String) throws {
        let error = #expect(throws: HubError.self) { try server("https://h/", ["HTTPS_PROXY": text]) }
        #expect(error?.message.hasPrefix("HTTPS_PROXY ") == true)
        #expect(error?.message.contains("u:p") == false)
    }
}
