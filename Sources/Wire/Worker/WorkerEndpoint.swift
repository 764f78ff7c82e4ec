// SPDX-License-Identifier: MIT

/// Where a worker listens: a Unix socket on the same machine, or TCP.
package enum WorkerEndpoint: Sendable, Hashable, CustomStringConvertible {
    case unix(path: String)
    case tcp(host: String, port: Int)

    /// Reads `unix:/path` or `http://host:port`.
    package init?(_ address: String) {
        if let path = address.dropPrefix("unix:"), path.hasPrefix("/") {
            self = .unix(path: path)
        } else if let rest = address.dropPrefix("http://"), let colon = rest.lastIndex(of: ":"),
            let port = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(port), colon > rest.startIndex
        {
            let host = rest[..<colon]
            let bare = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
            self = .tcp(host: String(bare), port: port)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port) where host.contains(":"): "http://[\(host)]:\(port)"
        case .tcp(let host, let port): "http://\(host):\(port)"
        }
    }
}

extension String {
    /// What follows the prefix, or nil if the string doesn't begin with it.
    fileprivate func dropPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
