// SPDX-License-Identifier: MIT

/// Host and port as the headers `Host` and `Origin` carry them.
package enum Authority {
    /// The host without port, and without the dot that may end a full name; brackets stay around an IPv6 address.
    package static func host(of authority: some StringProtocol) -> Substring {
        let text = Substring(authority)
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return text }
            return text[...end]
        }
        let host = text.prefix { $0 != ":" }
        return host.last == "." ? host.dropLast() : host
    }

    /// The part of an origin behind the scheme: `https://a:1` is at `a:1`. A bare name is taken as it is.
    package static func authority(ofOrigin origin: String) -> Substring {
        guard let mark = origin.firstRange(of: "://") else { return origin[...] }
        return origin[mark.upperBound...]
    }

    /// Whether a host is this machine by its very name: `localhost`, 127.0.0.0/8, `[::1]`.
    package static func isLoopback(_ host: some StringProtocol) -> Bool {
        if RelayHeaders.equal(host, "localhost") || host == "[::1]" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                part.utf8.count <= 3 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
            }
    }
}
