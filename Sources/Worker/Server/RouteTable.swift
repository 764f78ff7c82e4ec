// SPDX-License-Identifier: MIT

import NIOHTTP1

/// Which code answers which method and path.
struct RouteTable: Sendable {
    enum Route: Sendable {
        /// Takes microseconds, waits for nothing.
        case atOnce(@Sendable (Request) throws -> Response)
        case task(@Sendable (Request) async throws -> Response)
    }

    private var gets: [String: Route] = [:]
    private var posts: [String: Route] = [:]
    /// By the path in front of a last part of any name, with its slash.
    private var postsBelow: [String: Route] = [:]

    /// A look at something.
    mutating func get(_ paths: String..., look: @escaping @Sendable (Request) throws -> Response) {
        for path in paths { gets[path] = .atOnce(look) }
    }

    /// Something that uses the model and takes its time.
    mutating func post(_ paths: String..., use: @escaping @Sendable (Request) async throws -> Response) {
        for path in paths { posts[path] = .task(use) }
    }

    /// Something that uses the model and takes microseconds where the body is small.
    mutating func post(_ paths: String..., quickUse: @escaping @Sendable (Request) throws -> Response) {
        for path in paths { posts[path] = .atOnce(quickUse) }
    }

    /// As `post`, for all paths with one more part behind `folder`.
    mutating func post(below folder: String, use: @escaping @Sendable (Request) async throws -> Response) {
        postsBelow[folder + "/"] = .task(use)
    }

    /// The methods that a path takes, for the header `Allow`; none for a path that isn't known.
    func methods(at path: Substring) -> [String] {
        let isGet = route(.GET, path) != nil
        return (isGet ? ["GET", "HEAD"] : []) + (route(.POST, path) != nil ? ["POST"] : [])
    }

    /// The route of a request, and what its path's last part is if any may stand there; nil where there is none.
    func route(_ method: HTTPMethod, _ path: Substring) -> (route: Route, parameter: String)? {
        switch method {
        case .GET, .HEAD:
            return gets[String(path)].map { ($0, "") }
        case .POST:
            if let route = posts[String(path)] { return (route, "") }
            guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
            let rest = path.utf8.index(after: slash)
            return postsBelow[String(path[..<rest])].map { ($0, String(path[rest...])) }
        default:
            return nil
        }
    }
}
