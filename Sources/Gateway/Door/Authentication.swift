// SPDX-License-Identifier: MIT

/// Who may ask what. Method and path decide together, and whatever isn't named as public needs a key once there are keys.
package struct Authentication: Sendable {
    private let keys: [[UInt8]]

    /// - Parameter keys: the keys that open everything; none for a server without keys.
    package init(keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
    }

    /// Whether requests need a key.
    package var isOn: Bool { !keys.isEmpty }

    /// Whether a request may pass.
    /// - Parameters:
    ///   - path: without query.
    ///   - authorization: the header of that name, `Bearer KEY` or the bare key.
    ///   - apiKey: the header `X-Api-Key`, which Anthropic's clients send.
    package func allows(method: String, path: some StringProtocol, authorization: String?, apiKey: String?) -> Bool {
        guard isOn, !Self.isPublic(method: method, path: path) else { return true }
        if let authorization, holds(Self.key(in: authorization)) { return true }
        if let apiKey, holds(apiKey[...]) { return true }
        return false
    }

    /// What llama-server leaves open: health and the welcome page. OPTIONS tells nothing but what pages may ask.
    private static func isPublic(method: String, path: some StringProtocol) -> Bool {
        switch method {
        case "OPTIONS": true
        case "GET", "HEAD": path == "/health" || path == "/v1/health" || path == "/"
        default: false
        }
    }

    private static func key(in authorization: String) -> Substring {
        let scheme = "bearer "
        guard authorization.utf8.count > scheme.utf8.count,
            RelayHeaders.equal(authorization.prefix(scheme.count), scheme)
        else { return authorization[...] }
        return authorization.dropFirst(scheme.count).drop { $0 == " " }
    }

    /// Compares with every key to its end, so that the time taken tells nothing of how much of a key was right.
    private func holds(_ candidate: Substring) -> Bool {
        let candidate = Array(candidate.utf8)
        var found = false
        for key in keys {
            var difference = key.count ^ candidate.count
            for index in candidate.indices {
                difference |= Int(candidate[index] ^ key[index % key.count])
            }
            found = found || difference == 0
        }
        return found
    }
}
