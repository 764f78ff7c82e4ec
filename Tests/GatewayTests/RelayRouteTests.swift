// SPDX-License-Identifier: MIT

import Gateway
import NIOHTTP1
import Testing

struct RelayRouteTests {
    @Test(
        "Requests for a worker",
        arguments: [
            "/completion", "/v1/chat/completions?x=1", "/v1/messages/count_tokens", "/slots/3?action=save", "/props",
        ]
    )
    func posts(uri: String) {
        #expect(RelayRoute(method: .POST, uri: uri)?.source == .body)
        #expect(RelayRoute(method: .DELETE, uri: uri) == nil)
    }

    @Test(
        "Requests for the router",
        arguments: ["/models/load", "/slots/", "/slots/a/b", "/", "*", "http://x/completion"]
    )
    func others(uri: String) {
        #expect(RelayRoute(method: .POST, uri: uri) == nil)
    }

    @Test("A GET goes to a worker if it names a model")
    func gets() {
        #expect(RelayRoute(method: .GET, uri: "/props?model=a%20b")?.source == .query("a b"))
        #expect(RelayRoute(method: .GET, uri: "/metrics?model=")?.source == .query(""))
        #expect(RelayRoute(method: .GET, uri: "/props") == nil)
        // Its clients name none; there may be only one that is meant.
        #expect(RelayRoute(method: .GET, uri: "/info")?.source == .query(""))
        #expect(RelayRoute(method: .GET, uri: "/props?models=a") == nil)
        #expect(RelayRoute(method: .GET, uri: "/health?model=a") == nil)
    }

    @Test("With one model, nothing has to name it")
    func onlyModel() {
        let post = RelayRoute(method: .POST, uri: "/v1/completions?model=x", hasOnlyModel: true)
        #expect(post?.source == .only && post?.isUse == true)
        for uri in ["/props", "/slots?model=x", "/metrics", "/lora-adapters"] {
            let get = RelayRoute(method: .GET, uri: uri, hasOnlyModel: true)
            #expect(get?.source == .only && get?.isUse == false)
        }
        #expect(RelayRoute(method: .GET, uri: "/models", hasOnlyModel: true) == nil)
        #expect(RelayRoute(method: .POST, uri: "/models/load", hasOnlyModel: true) == nil)
    }

    @Test(
        "autoload: true and 1 switch it on, other words off, nothing leaves the server's default",
        arguments: [
            ("", nil), ("?autoload=", nil), ("?autoload=1", true), ("?autoload=true", true), ("?autoload=no", false),
        ]
            as [(String, Bool?)]
    )
    func autoload(query: String, expected: Bool?) {
        #expect(RelayRoute(method: .POST, uri: "/tokenize" + query)?.autoload == expected)
    }

}
