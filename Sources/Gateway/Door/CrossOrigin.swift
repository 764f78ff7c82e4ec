// SPDX-License-Identifier: MIT

import Wire

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
    /// Schemes whose origins may all, such as `vscode-webview`.
    private let schemes: Set<String>
    /// Whether pages of all origins may.
    let allowsAll: Bool
    private let methods: String
    private let headers: String
    private let allowsCredentials: Bool

    /// - Parameters:
    ///   - origins: origins such as `https://chat.example`, beside those of this machine, which may always; `*` for all,
    ///     `vscode-webview://*` for all of a scheme.
    ///   - methods: the methods that pages may use, separated by commas.
    ///   - headers: the headers that pages may send, separated by commas; `*` for all.
    ///   - allowsCredentials: whether browsers may send cookies and the like along.
    package init(
        origins: [String] = [],
        methods: String = "GET, POST, DELETE, OPTIONS",
        headers: String = "*",
        allowsCredentials: Bool = true
    ) {
        let plain = origins.map { Self.plain($0) }
        self.origins = Set(plain)
        schemes = Set(plain.filter { $0.hasSuffix("://*") }.map { String($0.dropLast("://*".count)) })
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
        if let host, ASCII.equal(authority, host) { return .own }
        if Authority.isLoopback(Authority.host(of: authority)) { return .allowed }
        let plain = Self.plain(origin)
        if origins.contains(plain) { return .allowed }
        guard let mark = plain.firstRange(of: "://") else { return .stranger }
        return schemes.contains(String(plain[..<mark.lowerBound])) ? .allowed : .stranger
    }

    /// The fields that let a page read any response.
    /// - Parameter hasKey: whether the request has an API key: then a stranger's page may read the answer too.
    package func fields(for source: Source, origin: String?, hasKey: Bool = false) -> [Field] {
        guard let origin, source != .stranger || hasKey else { return [] }
        var fields: [Field] = [
            ("Access-Control-Allow-Origin", origin),
            (
                "Access-Control-Expose-Headers",
                "x-enginehouse-model, x-request-id, server-timing, retry-after, x-should-retry"
            ),
            ("Vary", "Origin"),
        ]
        if allowsCredentials, source != .stranger { fields.append(("Access-Control-Allow-Credentials", "true")) }
        return fields
    }

    /// What a browser wants to know before it lets a page send its request.
    /// - Parameters:
    ///   - requested: the header `Access-Control-Request-Headers`.
    ///   - hasKeys: whether requests need an API key. Then a stranger's page that wants to send one may: no browser sends
    ///     a key by itself, and without a right one the request is refused. What sends an origin that no browser has
    ///     gets the fields that llama-server answers with.
    package func preflightFields(
        for source: Source,
        origin: String?,
        requested: String?,
        hasKeys: Bool = false
    ) -> [Field] {
        let bringsKey = hasKeys && source == .stranger && Self.namesKey(requested)
        let isKeyedPage = bringsKey && Self.isOfBrowser(origin)
        // Browsers never count `Authorization` among "*": what a page that may asks for is named.
        let granted = headers == "*" && (source != .stranger || isKeyedPage) ? requested ?? headers : headers
        var fields: [Field] = [
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Headers", granted),
            ("Access-Control-Max-Age", "600"),
        ]
        if source == .stranger, !isKeyedPage {
            fields.append(("Access-Control-Allow-Credentials", allowsCredentials ? "true" : "false"))
        }
        return fields + self.fields(for: source, origin: origin, hasKey: bringsKey)
    }

    /// Whether a page asks to send a header that carries a key.
    private static func namesKey(_ requested: String?) -> Bool {
        (requested ?? "").split(separator: ",").contains { name in
            let name = name.filter { !$0.isWhitespace }
            return ASCII.equal(name, "authorization") || ASCII.equal(name, "x-api-key")
        }
    }

    /// Whether an origin is one that a browser writes: with a scheme, or `null` (RFC 6454, section 6.2).
    private static func isOfBrowser(_ origin: String?) -> Bool {
        guard let origin else { return false }
        return origin == "null" || origin.firstRange(of: "://") != nil
    }

    /// Lower case, without a slash at the end.
    private static func plain(_ origin: String) -> String {
        let lower = origin.lowercased()
        return lower.hasSuffix("/") ? String(lower.dropLast()) : lower
    }
}
