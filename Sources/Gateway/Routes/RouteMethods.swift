// SPDX-License-Identifier: MIT

/// Which methods the router's paths take, to tell an unknown path from one that is asked in another way.
package struct RouteMethods: Sendable {
    private let routes: [(parts: [Substring], method: String)]

    /// - Parameter routes: paths in the router's words (`/models/**`, `/activity/:id`), and a method of each.
    package init(_ routes: [(path: String, method: String)]) {
        self.routes = routes.map { (Self.parts($0.path[...]), $0.method) }
    }

    /// The methods that a path takes, for the header `Allow`; empty for a path that isn't known.
    package func allowed(at path: Substring) -> [String] {
        let parts = Self.parts(path)
        // A path of its own isn't one of those that a pattern takes, as with the router's tree.
        let own = routes.filter { $0.parts == parts }
        let found = own.isEmpty ? routes.filter { Self.matches($0.parts, parts) } : own
        var methods = Set(RelayRoute.methods(of: path)).union(found.map(\.method))
        if path == "/health" || path == "/v1/health" { methods.insert("GET") }
        guard !methods.isEmpty else { return [] }
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.union(["OPTIONS"]).sorted()
    }

    private static func parts(_ path: Substring) -> [Substring] { path.split(separator: "/") }

    private static func matches(_ pattern: [Substring], _ path: [Substring]) -> Bool {
        for (index, part) in pattern.enumerated() {
            if part == "**" { return path.count > index }
            guard index < path.count else { return false }
            let takesAny = part == "*" || part.hasPrefix(":") || part.hasPrefix("{")
            guard takesAny || part == path[index] else { return false }
        }
        return pattern.count == path.count
    }
}
