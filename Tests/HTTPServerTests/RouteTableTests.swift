// SPDX-License-Identifier: MIT

import HTTPServer
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@Suite("Routes by method and path")
struct RouteTableTests {
    private static let table: RouteTable = {
        var routes = RouteTable()
        routes.get("/a", look: { _ in Response(status: 201) })
        routes.post("/a/b", quickUse: { _ in Response(status: 202) })
        routes.get("/a/**", look: { _ in Response(status: 203) })
        routes.delete("/x/*") { _ in Response(status: 204) }
        routes.on(.HEAD, "/x/*", .atOnce { _ in Response(status: 205) })
        routes.get("/a/c/**", look: { _ in Response(status: 206) })
        return routes
    }()

    @Test(
        "The methods of a path",
        arguments: [
            ("/a", ["GET", "HEAD"]), ("/a/", ["GET", "HEAD"]), ("/a/b", ["POST"]), ("/a/c", ["GET", "HEAD"]),
            ("/a/c/d", ["GET", "HEAD"]), ("/x/1", ["DELETE", "HEAD"]), ("/x", []), ("/x/", []), ("/x/1/2", []),
            ("", []),
            ("/", []), ("/b", []),
        ] as [(String, [String])]
    )
    func methods(path: String, methods: [String]) {
        #expect(Self.table.methods(at: path[...]) == methods)
    }

    @Test(
        "What stands where any path may; a path of its own is none of those, and of patterns the longest counts",
        arguments: [
            (.GET, "/a", "", 201), (.HEAD, "/a", "", 201), (.GET, "/a/e/f", "e/f", 203),
            (.GET, "/a/c/d%20e", "d%20e", 206),
            (.DELETE, "/x/1", "1", nil), (.HEAD, "/x/1", "1", 205), (.POST, "/a/b", "", 202),
        ] as [(HTTPMethod, String, String, Int?)]
    )
    func parameter(method: HTTPMethod, path: String, parameter: String, status: Int?) throws {
        let found = try #require(Self.table.route(method, path[...]))
        #expect(found.parameter == parameter)
        guard let status else { return }
        guard case .atOnce(let make) = found.route else { return #expect(Bool(false), "it is at once") }
        let request = Request(
            head: HTTPRequestHead(version: .http1_1, method: method, uri: path),
            body: .init(),
            client: ClientGone(),
            executor: LoopExecutor(EmbeddedEventLoop())
        )
        #expect(try make(request).status == status)
    }

    @Test(
        "Another method has no route",
        arguments: [(.PUT, "/a"), (.GET, "/a/b"), (.GET, "/x/1")] as [(HTTPMethod, String)]
    )
    func none(method: HTTPMethod, path: String) {
        #expect(Self.table.route(method, path[...]) == nil)
    }

    @Test("A body is streamed where its route says so, by method")
    func streams() {
        var routes = RouteTable()
        routes.upload("/files/*") { _ in Response(status: 201) }
        routes.on(.HEAD, "/files/*", .atOnce { _ in Response(status: 200) })
        #expect(
            routes.streams(.POST, "/files/a") && !routes.streams(.HEAD, "/files/a") && !routes.streams(.POST, "/other")
        )
        #expect(routes.methods(at: "/files/a") == ["HEAD", "POST"])
    }
}
