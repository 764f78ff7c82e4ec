// SPDX-License-Identifier: MIT

import Wire

/// Host and port as the headers `Host` and `Origin` carry them.
package enum Authority {
    /// The host without port, and without the dot that may end a full name; brackets stay around an IPv6 address.
    package static func host(of authority: some StringProtocol) -> Substring {
        // By bytes: each request asks, and texts are cut by their characters.
        let text = Substring(authority)
        let bytes = text.utf8
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return text }
            return text[...end]
        }
        let host = bytes.prefix { $0 != UInt8(ascii: ":") }
        return Substring(host.last == UInt8(ascii: ".") ? host.dropLast() : host)
    }

    /// The part of an origin behind the scheme: `https://a:1` is at `a:1`. A bare name is taken as it is.
    package static func authority(ofOrigin origin: String) -> Substring {
        guard let mark = origin.firstRange(of: "://") else { return origin[...] }
        return origin[mark.upperBound...]
    }

    /// Whether a host is this machine by its very name: `localhost`, 127.0.0.0/8, `[::1]`. Asked for each request.
    package static func isLoopback(_ host: some StringProtocol) -> Bool {
        switch host.utf8.first {
        case UInt8(ascii: "1"): return isLoopbackAddress(host.utf8)
        case UInt8(ascii: "["): return host.utf8.elementsEqual("[::1]".utf8)
        case UInt8(ascii: ":"): return host.utf8.elementsEqual("::1".utf8)
        default: return ASCII.equal(host, "localhost")
        }
    }

    /// Whether a text is 127 and three numbers of a byte.
    private static func isLoopbackAddress(_ text: some Sequence<UInt8>) -> Bool {
        var parts = 0
        var number = 0
        var digits = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, parts > 0 || number == 127 else { return false }
                parts += 1
                (number, digits) = (0, 0)
            } else {
                guard case let digit = byte &- 0x30, digit < 10, digits < 3 else { return false }
                number = number * 10 + Int(digit)
                digits += 1
                guard number <= 255 else { return false }
            }
        }
        return parts == 3 && digits > 0
    }
}
