// SPDX-License-Identifier: MIT

/// Which web pages may use this server, by the browsers' rules (the Fetch standard, "CORS protocol").
package struct CrossOrigin: Sendable {
    /// Where a request comes from.
    package enum Source: Sendable, Equatable {
        /// From no page, or one of this server.
        case own
        case allowed
        case stranger
    }

    /// One field of a response.
    package typealias Field = (name: String, value: String)

    private let origins: Set<String>
    private let allowsAll: Bool
    private let methods: String
    private let headers: String
    private let allowsCredentials: Bool

    /// - Parameters:
    ///   - origins: origins such as `https://chat.example`, beside those of this machine, which may always; `*` for all.
    ///   - methods: the methods that pages may use, separated by commas.
    ///   - headers: the headers that pages may send, separated by commas; `*` for all.
    ///   - allowsCredentials: whether browsers may send cookies and the like along.
    package init(
        origins: [String] = [],
        methods: String = "GET, POST, DELETE, OPTIONS",
        headers: String = "*",
        allowsCredentials: Bool = true
    ) {
        self.origins = Set(origins.map { Self.plain($0) })
        allowsAll = origins.contains("*")
        self.methods = methods
        self.headers = headers
        self.allowsCredentials = allowsCredentials
    }

    /// - Parameters:
    ///   - origin: the header `Origin`, if there is one.
    ///   - host: the header `Host`.
    package func source(origin: String?, host: String?) -> Source {
        guard let origin else { return .own }
        if allowsAll { return .allowed }
        let authority = Authority.authority(ofOrigin: origin)
        if let host, RelayHeaders.equal(authority, host) { return .own }
        if Authority.isLoopback(Authority.host(of: authority)) { return .allowed }
        return origins.contains(Self.plain(origin)) ? .allowed : .stranger
    }

    /// The fields that let a page read any response.
    package func fields(for source: Source, origin: String?) -> [Field] {
        guard let origin, source != .stranger else { return [] }
        var fields: [Field] = [
            ("Access-Control-Allow-Origin", origin),
            (
                "Access-Control-Expose-Headers",
                "x-enginehouse-model, x-request-id, server-timing, retry-after, x-should-retry"
            ),
            ("Vary", "Origin"),
        ]
        if allowsCredentials { fields.append(("Access-Control-Allow-Credentials", "true")) }
        return fields
    }

    /// What a browser wants to know before it lets a page send its request.
    /// - Parameter requested: the header `Access-Control-Request-Headers`.
    package func preflightFields(for source: Source, origin: String?, requested: String?) -> [Field] {
        // Browsers never count `Authorization` among "*": what an allowed page asks for is named.
        let granted = headers == "*" && source != .stranger ? requested ?? headers : headers
        var fields: [Field] = [
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Headers", granted),
            ("Access-Control-Max-Age", "600"),
        ]
        if source == .stranger {
            fields.append(("Access-Control-Allow-Credentials", allowsCredentials ? "true" : "false"))
        }
        return fields + self.fields(for: source, origin: origin)
    }

    /// Lower case, without a slash at the end.
    private static func plain(_ origin: String) -> String {
        let lower = origin.lowercased()
        return lower.hasSuffix("/") ? String(lower.dropLast()) : lower
    }
}
