// SPDX-License-Identifier: MIT

import HTTPServer
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

    func add(to routes: inout RouteTable) {
        // A browser that once was at a llama-server on this address has its service worker, which would show that page
        // for ever. This one takes its place and removes itself.
        routes.get("/sw.js", task: { try Self.file("farewell.js", $0) })
        guard isServed else { return }
        routes.get("/", task: { try Self.file("index.html", $0) })
        // The page's links are relative, so they need the slash; also where the request was for the bare prefix.
        routes.get("/index.html", look: { _ in Response(status: 308, headers: [("location", prefix + "/")]) })
        routes.get("/manifest.webmanifest", task: { try Self.file("manifest.webmanifest", $0) })
        routes.get("/ui/**", task: { try Self.file($0.parameter, $0) })
        routes.get(
            "/_app/version.json",
            task: { _ in
                // The page loads no library that this build doesn't have.
                let libraries = PageFile.all.keys.filter { $0.hasPrefix("lib/") }.sorted()
                return Response([
                    "version": .string(Version.current), "libraries": .array(libraries.map(JSONValue.string)),
                ])
            }
        )
    }

    private static func file(_ path: String, _ request: Request) throws(APIError) -> Response {
        guard let file = PageFile.all[path] else { throw APIError(.notFound, "File Not Found") }
        return file.response(to: request)
    }
}
