// SPDX-License-Identifier: MIT

import Essentials
package import NIOHTTP1
package import Wire

/// What a page wants to have forwarded, and where to: `/cors-proxy?url=…`, as llama-server has it.
package struct ProxyTarget: Sendable, Equatable {
    /// What the names of headers begin with that are meant for the other server.
    package static let prefix = "x-llama-server-proxy-header-"

    package let url: String
    /// The header for the other server: what the page named for it, and the type of the body.
    package let headers: HTTPHeaders

    /// - Parameters:
    ///   - url: the value of `?url=`, decoded; nil if there is none.
    ///   - fields: the page's own header.
    /// - Throws: `APIError` 400 for what is no address on the web.
    package init(url: String?, fields: HTTPHeaders) throws(APIError) {
        guard let url, !url.isEmpty else { throw Self.wrong("'url' is missing; give the address with ?url=") }
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: url),
            let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty
        else { throw Self.wrong("'url' must be a whole address such as https://example.com/mcp") }
        guard scheme == "http" || scheme == "https" else {
            throw Self.wrong("'url' must begin with http:// or https://, not \(scheme):")
        }
        guard parts.user == nil, parts.password == nil else {
            throw Self.wrong("'url' must not hold a name or password; send \(Self.prefix)authorization")
        }
        // No socket has another port, and the client's library doesn't look before it converts the number.
        guard WebPort.isUsable(in: url), (1...65_535).contains(parts.port ?? 80) else {
            throw Self.wrong("'url' must have a port from 1 to 65535")
        }
        self.url = url
        headers = Self.forwarded(fields)
    }

    private init(url: String, headers: HTTPHeaders) {
        self.url = url
        self.headers = headers
    }

    /// Where an answer leads on to.
    /// - Parameters:
    ///   - location: the answer's header of that name, relative or not.
    ///   - keepsBody: whether the request's body goes there as well.
    /// - Throws: `APIError` 400 for what is no address on the web. What the page named for one server doesn't reach another.
    package func redirected(to location: String, keepsBody: Bool) throws(APIError) -> ProxyTarget {
        let next = URL(string: location, relativeTo: URL(string: url))?.absoluteURL
        let checked = try ProxyTarget(url: next?.absoluteString, fields: [:])
        var headers = headers
        if Self.origin(checked.url) != Self.origin(url) {
            for name in ["authorization", "cookie", "origin", "proxy-authorization"] { headers.remove(name: name) }
        }
        if !keepsBody { headers.remove(name: "content-type") }
        return ProxyTarget(url: checked.url, headers: headers)
    }

    /// Scheme, host and port.
    private static func origin(_ url: String) -> [String] {
        let parts = URLComponents(string: url)
        let scheme = parts?.scheme?.lowercased() ?? ""
        let port = parts?.port ?? (scheme == "https" ? 443 : 80)
        return [scheme, parts?.host?.lowercased() ?? "", String(port)]
    }

    private static func forwarded(_ fields: HTTPHeaders) -> HTTPHeaders {
        var result = HTTPHeaders()
        for (name, value) in fields {
            guard name.utf8.count > prefix.utf8.count, ASCII.equal(name.prefix(prefix.count), prefix) else {
                continue
            }
            let own = String(name.dropFirst(prefix.count)).lowercased()
            if !ours.contains(own) { result.add(name: own, value: value) }
        }
        if !result.contains(name: "content-type"), let type = fields.first(name: "content-type") {
            result.add(name: "content-type", value: type)
        }
        return result
    }

    /// Fields that belong to the connection, which is ours.
    private static let ours: Set<String> = [
        "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    private static func wrong(_ message: String) -> APIError { APIError(.invalidRequest, message) }
}
