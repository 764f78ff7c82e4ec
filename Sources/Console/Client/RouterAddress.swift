// SPDX-License-Identifier: MIT

/// Where a router listens, from the ways in which people write that.
package struct RouterAddress: Sendable, Equatable, CustomStringConvertible {
    /// Where nothing else is said.
    package static let standard = "127.0.0.1:8080"
    private static let standardPort = 8080

    /// What requests' paths are put behind: scheme, host, port and prefix, without a slash at the end.
    package let base: String
    package let description: String

    /// - Parameter text: `name`, `name:port`, `:port`, `[::1]:port`, `http(s)://name:port/prefix`, a path, or `unix:` with one.
    /// - Throws: `UsageError` for what is none of these.
    package init(_ text: String) throws(UsageError) {
        if let path = Self.socket(in: text) {
            base = "http+unix://" + Self.escaped(path)
            description = "unix:" + path
            return
        }
        var scheme = "http"
        var rest = Substring(text)
        if let range = text.firstRange(of: "://") {
            scheme = text[..<range.lowerBound].lowercased()
            rest = text[range.upperBound...]
            guard scheme == "http" || scheme == "https" else { throw Self.error(text) }
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var prefix = String(rest[slash...])
        while prefix.hasSuffix("/") { prefix.removeLast() }
        guard let (host, port) = Self.authority(rest[..<slash]), !prefix.contains(where: { $0 == "?" || $0 == "#" })
        else { throw Self.error(text) }
        // A URL's own standard port, if it names none and is one.
        let usual = text.contains("://") ? (scheme == "https" ? 443 : 80) : Self.standardPort
        base = "\(scheme)://\(host):\(port ?? usual)\(prefix)"
        description = base
    }

    private static func socket(in text: String) -> String? {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst("unix:".count)
            return path.hasPrefix("/") ? String(path.hasPrefix("//") ? path.dropFirst(2) : path) : nil
        }
        return text.hasPrefix("/") || text.hasSuffix(".sock") ? text : nil
    }

    private static func authority(_ text: Substring) -> (host: String, port: Int?)? {
        var host = text
        var port: Int?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[...end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            if !rest.isEmpty {
                guard let number = Int(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if text.filter({ $0 == ":" }).count > 1 {
            host = "[\(text)]"
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            port = number
        }
        if let port, !(1...65_535).contains(port) { return nil }
        // An address that means all interfaces is none to connect to.
        if host.isEmpty || host == "0.0.0.0" { host = "127.0.0.1" }
        if host == "[::]" { host = "[::1]" }
        let isName = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-._[]:%".utf8.contains(byte)
            }
        }
        return isName ? (String(host), port) : nil
    }

    /// Text as one component of a path or query of a URL.
    package static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func error(_ text: String) -> UsageError {
        UsageError("'\(text)' is no address of a router: give a name, name:port, a URL or a socket's path")
    }
}
