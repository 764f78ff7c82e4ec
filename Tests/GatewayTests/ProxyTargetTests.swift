// SPDX-License-Identifier: MIT

import Gateway
import NIOHTTP1
import Testing
import Wire

struct ProxyTargetTests {
    @Test(
        "Addresses on the web",
        arguments: [
            "http://example.com", "https://example.com:8443/mcp?a=1&b=%20", "HTTP://127.0.0.1/", "http://[::1]:80/x",
        ]
    )
    func good(url: String) throws {
        #expect(try ProxyTarget(url: url, fields: [:]).url == url)
    }

    @Test(
        "What is none is refused",
        arguments: [
            nil, "", "example.com", "/path", "file:///etc/passwd", "ftp://example.com/", "http://", "http:///x",
            "http://name:word@example.com/", "http://name@example.com/", "http://exa mple.com/",
            "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "https://[::1]:65536", "http://x:99999999999999999999/",
            "http://127.0.0.1:-1/", "http://x:1:2/", "http://example.com/\r\nX: y", "javascript:alert(1)",
            "unix:///tmp/x.sock",
        ] as [String?]
    )
    func bad(url: String?) {
        let error = #expect(throws: APIError.self) { try ProxyTarget(url: url, fields: [:]) }
        #expect(error?.status == 400)
    }

    @Test("D1: redirects lead to addresses that are looked at as the first one is; what was for one server stays there")
    func redirects() throws {
        let fields: HTTPHeaders = [
            "x-llama-server-proxy-header-authorization": "Bearer theirs", "x-llama-server-proxy-header-x-own": "1",
            "content-type": "application/json",
        ]
        let target = try ProxyTarget(url: "http://example.com/a/b", fields: fields)
        let near = try target.redirected(to: "../c?d", keepsBody: true)
        #expect(near.url == "http://example.com/c?d" && near.headers == target.headers)
        let far = try target.redirected(to: "https://example.com/", keepsBody: false)
        #expect(far.headers.map(\.name) == ["x-own"])
        for bad in ["http://127.0.0.1:99999/", "file:///etc/passwd", "http://"] {
            #expect(throws: APIError.self) { try target.redirected(to: bad, keepsBody: true) }
        }
    }

    @Test("Only what is marked for the other server reaches it, and the body's type")
    func headers() throws {
        let target = try ProxyTarget(
            url: "http://example.com",
            fields: [
                "Authorization": "Bearer ours", "Cookie": "c", "X-Api-Key": "k", "Content-Type": "application/json",
                "X-Llama-Server-Proxy-Header-Authorization": "Bearer theirs",
                "x-llama-server-proxy-header-accept": "a", "x-llama-server-proxy-header-": "none",
                "x-llama-server-proxy-header-Host": "evil", "x-llama-server-proxy-header-content-length": "7",
                "x-llama-server-proxy-header-transfer-encoding": "chunked",
            ]
        )
        #expect(
            target.headers.map { "\($0.name): \($0.value)" } == [
                "authorization: Bearer theirs", "accept: a", "content-type: application/json",
            ]
        )
    }
}
