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

    private let authentication: Authentication
    private let crossOrigin: CrossOrigin
    /// The names that `Host` may have beside those of loopback; nil if it isn't looked at.
    private let hostNames: [String]?

    /// - Parameter hostNames: names that `Host` may have, beside those of this machine; nil if it may have any.
    package init(authentication: Authentication, crossOrigin: CrossOrigin, hostNames: [String]?) {
        self.authentication = authentication
        self.crossOrigin = crossOrigin
        self.hostNames = hostNames
    }

    /// - Parameter path: without query and without the API's prefix.
    package func decide(method: HTTPMethod, path: Substring, headers: HTTPHeaders) -> Decision {
        // One walk over the header, since nearly every request has none of these but the first.
        var host: String?
        var origin: String?
        var authorization: String?
        var apiKey: String?
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where host == nil && RelayHeaders.equal(name, "host"): host = value
            case 6 where origin == nil && RelayHeaders.equal(name, "origin"): origin = value
            case 9 where apiKey == nil && RelayHeaders.equal(name, "x-api-key"): apiKey = value
            case 13 where authorization == nil && RelayHeaders.equal(name, "authorization"): authorization = value
            default: break
            }
        }
        if let hostNames, let host, !isOurs(host, hostNames) { return Decision(refusal: Self.foreignHost(host)) }
        let source = crossOrigin.source(origin: origin, host: host)
        if method == .OPTIONS {
            let requested = headers.first(name: "access-control-request-headers")
            return Decision(fields: crossOrigin.preflightFields(for: source, origin: origin, requested: requested))
        }
        var decision = Decision(fields: crossOrigin.fields(for: source, origin: origin))
        if authentication.isOn { decision.owner = owner(authorization: authorization, apiKey: apiKey) }
        if decision.owner == nil, authentication.needsKey(method: method.rawValue, path: path) {
            decision.refusal = APIError(.authentication, "Invalid API Key")
            decision.fields.append(("www-authenticate", "Bearer"))
        } else if source == .stranger, !authentication.isOn {
            // The page couldn't read the answer, but what it asked for would be done.
            decision.refusal = Self.foreignOrigin(origin ?? "")
        }
        return decision
    }

    /// Which API key a request has; nil for none, and on a server without keys.
    package func owner(authorization: String?, apiKey: String?) -> Int? {
        authentication.owner(authorization: authorization, apiKey: apiKey)
    }

    private func isOurs(_ host: String, _ names: [String]) -> Bool {
        let name = Authority.host(of: host)
        return Authority.isLoopback(name) || names.contains { $0 == "*" || RelayHeaders.equal($0, name) }
    }

    private static func foreignHost(_ host: String) -> APIError {
        APIError(
            .permission,
            "the Host header '\(host)' is not a name of this server, which listens for this machine only; "
                + "ask for localhost, or name the host with --allowed-hosts"
        )
    }

    private static func foreignOrigin(_ origin: String) -> APIError {
        APIError(
            .permission,
            "web pages of '\(origin)' may not use this server; name the origin with --cors-origins to let them"
        )
    }
}
