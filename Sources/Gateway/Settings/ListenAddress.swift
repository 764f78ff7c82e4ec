// SPDX-License-Identifier: MIT

/// Where the server listens.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or address; without a port, that is the same for all such.
    case tcp(host: String, port: Int? = nil)
    /// The path of a Unix socket.
    case unix(path: String)

    /// - Parameter text: a name or address, or a path that ends in `.sock`.
    package init(_ text: String) {
        self = text.hasSuffix(".sock") ? .unix(path: text) : .tcp(host: text)
    }

    /// An address as Ollama's variable `OLLAMA_HOST` has it: a host, a port behind a colon, or both, perhaps with a scheme in front;
    /// what is missing is 127.0.0.1 and 11434. Source: Ollama's `envconfig/config.go`, `Host`.
    /// - Returns: nil for a port that is none, and for a path.
    package init?(ollamaHost text: String) {
        var rest = text[...]
        if let mark = rest.firstRange(of: "://") { rest = rest[mark.upperBound...] }
        if rest.last == "/" { rest.removeLast() }
        guard !rest.contains("/") else { return nil }
        var host = rest
        var port = 11_434
        // The colons of an IPv6 address without brackets are its own.
        if let colon = rest.lastIndex(of: ":"), rest[..<colon].hasSuffix("]") || !rest[..<colon].contains(":") {
            guard let number = UInt16(rest[rest.index(after: colon)...]) else { return nil }
            host = rest[..<colon]
            port = Int(number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self = .tcp(host: host.isEmpty ? "127.0.0.1" : String(host), port: port)
    }

    /// Whether only this machine can reach it.
    package var isLocal: Bool {
        switch self {
        case .tcp(let host, _): Authority.isLoopback(host)
        case .unix: true
        }
    }

    /// Whether another address is the same place.
    /// - Parameter port: that of addresses without one.
    package func isSame(as other: ListenAddress, port: Int) -> Bool {
        switch (self, other) {
        case (.tcp(let host, let own), .tcp(let otherHost, let otherPort)):
            host == otherHost && (own ?? port) == (otherPort ?? port)
        default: self == other
        }
    }

    package var isTCP: Bool {
        if case .tcp = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .tcp(let host, nil): host
        case .tcp(let host, let port?): "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
