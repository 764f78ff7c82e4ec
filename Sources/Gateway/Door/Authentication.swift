// SPDX-License-Identifier: MIT

import Wire

/// Which requests need a key. Method and path decide together. Once there are keys, all that isn't named as public
/// needs one.
package struct Authentication: Sendable {
    private let keys: [(owner: Int, bytes: [UInt8])]
    /// The number of the next owner.
    private let next: Int

    /// - Parameter keys: the keys that open everything; none for a server without keys. Empty ones don't count.
    package init(keys: [String]) {
        self.init(keys: keys, known: [], next: 0)
    }

    /// The rules with other keys. A key that was there before keeps its owner's number.
    package init(keys: [String], after old: Authentication) {
        self.init(keys: keys, known: old.keys, next: old.next)
    }

    private init(keys: [String], known: [(owner: Int, bytes: [UInt8])], next: Int) {
        var next = next
        self.keys = keys.map { Array($0.utf8) }.filter { !$0.isEmpty }.map { bytes in
            if let key = known.first(where: { $0.bytes == bytes }) { return key }
            next += 1
            return (next - 1, bytes)
        }
        self.next = next
    }

    /// Whether requests need a key.
    package var isOn: Bool { !keys.isEmpty }

    /// Whether a request may pass.
    /// - Parameters:
    ///   - path: without query.
    ///   - authorization: the header of that name, `Bearer KEY` or the bare key.
    ///   - apiKey: the header `X-Api-Key`, which Anthropic's clients send.
    package func allows(method: String, path: some StringProtocol, authorization: String?, apiKey: String?) -> Bool {
        !needsKey(method: method, path: path) || owner(authorization: authorization, apiKey: apiKey) != nil
    }

    /// Whether a request may pass only with a key.
    /// - Parameter path: without query.
    package func needsKey(method: String, path: some StringProtocol) -> Bool {
        isOn && !Self.isPublic(method: method, path: path)
    }

    /// Which of the keys a request has: its owner's number, from 0 on; nil for none of them.
    package func owner(authorization: String?, apiKey: String?) -> Int? {
        authorization.flatMap { owner(of: Self.key(in: $0)) } ?? apiKey.flatMap { owner(of: $0[...]) }
    }

    /// What llama-server leaves open: health and the page with its files. OPTIONS tells nothing but what pages may ask.
    private static func isPublic(method: String, path: some StringProtocol) -> Bool {
        switch method {
        case "OPTIONS": true
        case "GET", "HEAD": path == "/health" || path == "/v1/health" || WebPage.owns(path)
        default: false
        }
    }

    private static func key(in authorization: String) -> Substring {
        let scheme = "bearer "
        guard authorization.utf8.count > scheme.utf8.count,
            ASCII.equal(authorization.prefix(scheme.count), scheme)
        else { return authorization[...] }
        return authorization.dropFirst(scheme.count).drop { $0 == " " }
    }

    /// Compares with every key to its end, so that the time taken tells nothing of how much of a key was right.
    private func owner(of candidate: Substring) -> Int? {
        let candidate = Array(candidate.utf8)
        var found: Int?
        for (owner, key) in keys {
            var difference = key.count ^ candidate.count
            for index in candidate.indices {
                difference |= Int(candidate[index] ^ key[index % key.count])
            }
            if difference == 0, found == nil { found = owner }
        }
        return found
    }
}
