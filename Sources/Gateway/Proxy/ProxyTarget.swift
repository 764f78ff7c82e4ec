// SPDX-License-Identifier: MIT

package import NIOHTTP1
package import Wire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
        self.url = url
        headers = Self.forwarded(fields)
    }

    private static func forwarded(_ fields: HTTPHeaders) -> HTTPHeaders {
        var result = HTTPHeaders()
        for (name, value) in fields {
            guard name.utf8.count > prefix.utf8.count, RelayHeaders.equal(name.prefix(prefix.count), prefix) else {
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
