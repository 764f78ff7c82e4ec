// SPDX-License-Identifier: MIT

import Console
import Testing

@Suite("A router's address")
struct RouterAddressTests {
    @Test(
        "is understood in all the ways in which people write it",
        arguments: [
            ("host", "http://host:8080"), ("host:81", "http://host:81"), (":81", "http://127.0.0.1:81"),
            ("0.0.0.0", "http://127.0.0.1:8080"), ("::1", "http://[::1]:8080"), ("[::1]:9", "http://[::1]:9"),
            ("http://host", "http://host:80"), ("https://host/llm/", "https://host:443/llm"),
            ("http://host:8080/", "http://host:8080"), ("/run/a b.sock", "http+unix://%2Frun%2Fa%20b.sock"),
            ("unix:/run/x", "http+unix://%2Frun%2Fx"),
        ]
    )
    func forms(text: String, base: String) throws {
        #expect(try RouterAddress(text).base == base)
    }

    @Test(
        "is refused if it is none",
        arguments: ["ftp://host", "host:port", "host:0", "host:99999", "a b", "http://h/?x", "unix:x"]
    )
    func refused(text: String) {
        #expect(throws: UsageError.self) { try RouterAddress(text) }
    }
}
