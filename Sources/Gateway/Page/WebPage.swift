// SPDX-License-Identifier: MIT

import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// What a browser gets: the page, its files, and what a browser asks for beside it. All of it is public.
struct WebPage {
    /// Whether there is a page at all.
    let isServed: Bool
    /// The API's prefix, with a slash before it and none behind it; empty for none.
    let prefix: String

    /// Whether a path belongs to the page, so that it needs no key.
    static func owns(_ path: some StringProtocol) -> Bool {
        path.hasPrefix("/ui/") || Self.others.contains(String(path))
    }

    private static let others: Set<String> = [
        "/", "/index.html", "/sw.js", "/manifest.webmanifest", "/_app/version.json",
    ]

    func add(to router: Router<BasicRequestContext>) {
        // A browser that once was at a llama-server on this address has its service worker, which would show that page
        // for ever. This one takes its place and removes itself.
        router.get("/sw.js") { request, _ in try Self.file("farewell.js", request) }
        guard isServed else { return }
        router.get("/") { request, _ in try Self.file("index.html", request) }
        // The page's links are relative, so they need the slash; also where the request was for the bare prefix.
        router.get("/index.html") { _, _ in
            Response(status: .permanentRedirect, headers: [.location: prefix + "/"])
        }
        router.get("/manifest.webmanifest") { request, _ in try Self.file("manifest.webmanifest", request) }
        router.get("/ui/**") { request, _ in try Self.file(request.uri.path.dropFirst("/ui/".count), request) }
        router.get("/_app/version.json") { _, _ in
            // The page loads no library that this build doesn't have.
            let libraries = PageFile.all.keys.filter { $0.hasPrefix("lib/") }.sorted()
            return ManagementRoutes.json([
                "version": .string(Version.current), "libraries": .array(libraries.map(JSONValue.string)),
            ])
        }
    }

    private static func file(_ path: some StringProtocol, _ request: Request) throws(APIError) -> Response {
        guard let file = PageFile.all[String(path)] else { throw APIError(.notFound, "File Not Found") }
        return file.response(to: request)
    }
}
