// SPDX-License-Identifier: MIT

/// Where the server listens.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or address; the port is the same for all.
    case tcp(host: String)
    /// The path of a Unix socket.
    case unix(path: String)

    /// - Parameter text: a name or address, or a path that ends in `.sock`.
    package init(_ text: String) {
        self = text.hasSuffix(".sock") ? .unix(path: text) : .tcp(host: text)
    }

    /// Whether only this machine can reach it.
    package var isLocal: Bool {
        switch self {
        case .tcp(let host): Authority.isLoopback(host)
        case .unix: true
        }
    }

    package var isTCP: Bool {
        if case .tcp = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .tcp(let host): host
        case .unix(let path): path
        }
    }
}
