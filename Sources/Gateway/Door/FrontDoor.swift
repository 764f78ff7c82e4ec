// SPDX-License-Identifier: MIT

package import NIOHTTP1
package import Wire

/// Decides about every request before anything else looks at it, be it for a worker or for the router itself. What has
/// no rule here is refused.
package struct FrontDoor: Sendable {
    /// What becomes of a request.
    package struct Decision: Sendable {
        /// Why the request is not let in; nil if it is.
        package var refusal: APIError?
        /// What to add to the response, whatever it is.
        package var fields: [CrossOrigin.Field] = []
        /// Which API key the request has; nil on a server without keys, and for what needs none.
        package var owner: Int?
    }

    private let keys: KeyRing
    private let crossOrigin: CrossOrigin
    /// The names that `Host` may have beside those of loopback; nil if it isn't looked at.
    private let hostNames: [String]?

    /// - Parameter hostNames: names that `Host` may have, beside those of this machine; nil if it may have any.
    package init(keys: KeyRing, crossOrigin: CrossOrigin, hostNames: [String]?) {
        self.keys = keys
        self.crossOrigin = crossOrigin
        self.hostNames = hostNames
    }

    /// - Parameters:
    ///   - path: without query and without the API's prefix.
    ///   - query: what stands behind the `?`.
    package func decide(
        method: HTTPMethod,
        path: Substring,
        query: Substring = "",
        headers: HTTPHeaders
    ) -> Decision {
        // One walk over the header, since nearly every request has none of these but the first.
        var host: String?
        var origin: String?
        var authorization: String?
        var apiKey: String?
        var site: String?
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where host == nil && ASCII.equal(name, "host"): host = value
            case 6 where origin == nil && ASCII.equal(name, "origin"): origin = value
            case 9 where apiKey == nil && ASCII.equal(name, "x-api-key"): apiKey = value
            case 14 where site == nil && ASCII.equal(name, "sec-fetch-site"): site = value
            case 13 where authorization == nil && ASCII.equal(name, "authorization"): authorization = value
            default: break
            }
        }
        if let hostNames, let host, !isOurs(host, hostNames) { return Decision(refusal: Self.foreignHost(host)) }
        let source = crossOrigin.source(origin: origin, host: host)
        let authentication = keys.current
        if method == .OPTIONS {
            let requested = headers.first(name: "access-control-request-headers")
            return Decision(
                fields: crossOrigin.preflightFields(
                    for: source,
                    origin: origin,
                    requested: requested,
                    hasKeys: authentication.isOn
                )
            )
        }
        var decision = Decision()
        if authentication.isOn {
            decision.owner = authentication.owner(authorization: authorization, apiKey: apiKey)
        }
        // A key is nothing that a browser sends by itself: the page that has it was given it.
        let isTrusted = source != .stranger || decision.owner != nil
        decision.fields = crossOrigin.fields(for: isTrusted ? source : .stranger, origin: origin, hasKey: isTrusted)
        if decision.owner == nil, authentication.needsKey(method: method.rawValue, path: path) {
            decision.refusal = APIError(.authentication, "Invalid API Key")
            decision.fields.append(("www-authenticate", "Bearer"))
        } else if source == .stranger, !authentication.isOn {
            // The page couldn't read the answer, but what it asked for would be done.
            decision.refusal = Self.foreignOrigin(origin ?? "")
        } else if origin == nil, decision.owner == nil, !crossOrigin.allowsAll, site == "cross-site",
            Self.changes(method, path, query)
        {
            decision.refusal = Self.foreignSite(path)
        }
        return decision
    }

    /// Whether a request does more than look: it may load a model, read the sources again, or have something forwarded.
    private static func changes(_ method: HTTPMethod, _ path: Substring, _ query: Substring) -> Bool {
        guard method == .GET || method == .HEAD else { return true }
        switch path {
        case "/models", "/v1/models": return QueryString(query)["reload"]?.isEmpty == false
        case "/cors-proxy": return true
        default: return !RelayRoute.methods(of: path).isEmpty && QueryString(query)["model"] != nil
        }
    }

    /// Which API key a request has; nil for none, and on a server without keys.
    package func owner(authorization: String?, apiKey: String?) -> Int? {
        keys.current.owner(authorization: authorization, apiKey: apiKey)
    }

    private func isOurs(_ host: String, _ names: [String]) -> Bool {
        let name = Authority.host(of: host)
        return Authority.isLoopback(name) || names.contains { $0 == "*" || ASCII.equal($0, name) }
    }

    private static func foreignHost(_ host: String) -> APIError {
        APIError(
            .permission,
            "the Host header '\(host)' is not a name of this server; ask for localhost, or name the host with "
                + "--allowed-hosts"
        )
    }

    /// A browser tells when another site's page makes it ask without saying so by an origin: an image, a form, a link.
    private static func foreignSite(_ path: Substring) -> APIError {
        APIError(.permission, "pages of other sites may not use \(path.prefix(100)) of this server")
    }

    private static func foreignOrigin(_ origin: String) -> APIError {
        APIError(
            .permission,
            "web pages of '\(origin)' may not use this server; name the origin with --cors-origins to let them"
        )
    }
}
