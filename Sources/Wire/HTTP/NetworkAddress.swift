// SPDX-License-Identifier: MIT

import Platform

/// What kind of network an address belongs to: whether the whole world can see it.
package enum NetworkAddress: String, Sendable {
    /// Reachable from everywhere.
    case world
    /// This machine.
    case loopback
    /// The cable or the cloud's own services (`169.254.169.254`).
    case linkLocal
    /// A network behind a router, shared or private.
    case local
    /// What no server has: multicast, reserved, unspecified.
    case special

    /// - Parameter text: an IPv4 or IPv6 address in its usual form; nil for anything else.
    package init?(_ text: String) {
        let bare = text.split(separator: "%", maxSplits: 1).first.map(String.init) ?? text
        var four = in_addr()
        if inet_pton(AF_INET, bare, &four) == 1 {
            self.init(four: withUnsafeBytes(of: &four) { Array($0) })
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, bare, &six) == 1 else { return nil }
        self.init(six: withUnsafeBytes(of: &six) { Array($0) })
    }

    /// The registry of special addresses: RFC 6890 and its updates.
    private init(four bytes: [UInt8]) {
        switch (bytes[0], bytes[1]) {
        case (127, _): self = .loopback
        case (169, 254): self = .linkLocal
        case (10, _), (172, 16...31), (192, 168), (100, 64...127): self = .local
        case (0, _), (224..., _), (198, 18...19): self = .special
        case (192, 0) where bytes[2] == 0 || bytes[2] == 2: self = .special
        case (198, 51) where bytes[2] == 100: self = .special
        case (203, 0) where bytes[2] == 113: self = .special
        default: self = .world
        }
    }

    private init(six bytes: [UInt8]) {
        let isZero = bytes[..<10].allSatisfy { $0 == 0 }
        if isZero, bytes[10] == 0xFF, bytes[11] == 0xFF {
            // An IPv4 address in IPv6 clothes.
            self.init(four: Array(bytes[12...]))
        } else if isZero, bytes[10] == 0, bytes[11] == 0 {
            self = bytes[12..<15].allSatisfy { $0 == 0 } && bytes[15] == 1 ? .loopback : .special
        } else if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) {
            // NAT64 carries the IPv4 address at the end, 6to4 after the prefix.
            self.init(four: Array(bytes[12...]))
        } else if bytes.starts(with: [0x20, 0x02]) {
            self.init(four: Array(bytes[2..<6]))
        } else if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 {
            self = .linkLocal
        } else if bytes[0] & 0xFE == 0xFC {
            self = .local
        } else if bytes[0] & 0xE0 == 0x20, !bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]),
            !bytes.starts(with: [0x20, 0x01, 0, 0])
        {
            self = .world
        } else {
            self = .special
        }
    }
}
