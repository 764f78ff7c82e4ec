// SPDX-License-Identifier: MIT

package import NIOHTTP1

/// Which code answers which method and path.
package struct RouteTable: Sendable {
    package enum Route: Sendable {
        /// Takes microseconds, waits for nothing.
        case atOnce(@Sendable (Request) throws -> Response)
        case task(@Sendable (Request) async throws -> Response)
    }

    private struct Place: Sendable {
        private var routes: [(method: HTTPMethod, route: Route)] = []
        /// The methods whose bodies are read while they come.
        private(set) var streamed: [HTTPMethod] = []

        mutating func set(_ method: HTTPMethod, _ route: Route, streams: Bool) {
            routes.removeAll { $0.method == method }
            streamed.removeAll { $0 == method }
            routes.append((method, route))
            if streams { streamed.append(method) }
        }

        /// HEAD is answered as GET is, and has no body (RFC 9110, section 9.3.2).
        func route(_ method: HTTPMethod) -> Route? {
            let own = routes.first { $0.method == method }
            return (own ?? (method == .HEAD ? routes.first { $0.method == .GET } : nil))?.route
        }

        var methods: [String] {
            let methods = Set(routes.map(\.method.rawValue))
            return (methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted()
        }
    }

    private var places: [String: Place] = [:]
    /// By the path in front of one part of any name, with its slash.
    private var below: [String: Place] = [:]
    /// By the path in front of any parts, with its slash.
    private var deepBelow: [String: Place] = [:]

    package init() {}

    /// Adds a route.
    /// - Parameter path: such as `/models`; `/activity/*` for any one part there, `/ui/**` for any path.
    package mutating func on(_ method: HTTPMethod, _ path: String, _ route: Route) {
        set(method, path, route, streams: false)
    }

    /// Something that reads its body, however long, from `Request.stream` while it comes. Its answer isn't a stream.
    package mutating func upload(_ path: String, use: @escaping @Sendable (Request) async throws -> Response) {
        set(.POST, path, .task(use), streams: true)
    }

    private mutating func set(_ method: HTTPMethod, _ path: String, _ route: Route, streams: Bool) {
        if path.hasSuffix("/**") {
            deepBelow[String(path.dropLast(2)), default: Place()].set(method, route, streams: streams)
        } else if path.hasSuffix("/*") {
            below[String(path.dropLast()), default: Place()].set(method, route, streams: streams)
        } else {
            places[path, default: Place()].set(method, route, streams: streams)
        }
    }

    /// A look at something that takes microseconds.
    package mutating func get(_ paths: String..., look: @escaping @Sendable (Request) throws -> Response) {
        for path in paths { on(.GET, path, .atOnce(look)) }
    }

    /// A look at something that takes its time.
    package mutating func get(_ paths: String..., task: @escaping @Sendable (Request) async throws -> Response) {
        for path in paths { on(.GET, path, .task(task)) }
    }

    /// Something that takes its time.
    package mutating func post(_ paths: String..., use: @escaping @Sendable (Request) async throws -> Response) {
        for path in paths { on(.POST, path, .task(use)) }
    }

    /// Something that takes microseconds where the body is small.
    package mutating func post(_ paths: String..., quickUse: @escaping @Sendable (Request) throws -> Response) {
        for path in paths { on(.POST, path, .atOnce(quickUse)) }
    }

    package mutating func delete(_ paths: String..., task: @escaping @Sendable (Request) async throws -> Response) {
        for path in paths { on(.DELETE, path, .task(task)) }
    }

    /// The methods that a path takes, for the header `Allow`; none for a path that isn't known.
    package func methods(at path: Substring) -> [String] { place(path)?.place.methods ?? [] }

    /// Whether a request's body goes to its route while it comes.
    package func streams(_ method: HTTPMethod, _ path: Substring) -> Bool {
        place(path)?.place.streamed.contains(method) ?? false
    }

    /// The route of a request, and what stands where any path may; nil where there is none.
    package func route(_ method: HTTPMethod, _ path: Substring) -> (route: Route, parameter: String)? {
        place(path).flatMap { found in found.place.route(method).map { ($0, found.parameter) } }
    }

    /// A path of its own isn't one of those that a pattern takes, whatever the method; of patterns the longest counts.
    private func place(_ path: Substring) -> (place: Place, parameter: String)? {
        if let place = places[String(path)] { return (place, "") }
        if path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { return self.place(path.dropLast()) }
        var end = path.utf8.endIndex
        var isLast = true
        while let slash = path.utf8[..<end].lastIndex(of: UInt8(ascii: "/")) {
            let rest = path.utf8.index(after: slash)
            let folder = String(path[..<rest])
            if rest < path.utf8.endIndex, let place = (isLast ? below[folder] : nil) ?? deepBelow[folder] {
                return (place, String(path[rest...]))
            }
            end = slash
            isLast = false
        }
        return nil
    }
}
