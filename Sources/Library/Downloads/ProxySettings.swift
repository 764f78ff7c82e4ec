// SPDX-License-Identifier: MIT

package import Catalogue
import Essentials
import Platform

/// The proxy for each address on the web, as an environment names it: `https_proxy`, `http_proxy`, `all_proxy` and
/// `no_proxy`, in small letters or else in capitals. The rules are those that curl and the hub's tools share.
package struct ProxySettings: Sendable, Equatable {
    /// A proxy.
    package struct Server: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case http
            case socks
        }

        package let kind: Kind
        package let host: String
        package let port: Int
        /// What it wants to see of us; nil if nothing.
        package let credentials: Credentials?
    }

    /// A user and a password, which show themselves nowhere by accident.
    package struct Credentials: Sendable, Equatable, CustomStringConvertible {
        package let user: String
        package let password: String
        package var description: String { "…" }
    }

    /// The proxies' addresses by the scheme of what is asked for, each with its variable.
    private var addresses: [String: (variable: String, text: String)] = [:]
    private var exceptions: [Substring] = []

    package static func == (left: Self, right: Self) -> Bool {
        left.addresses.mapValues(\.text) == right.addresses.mapValues(\.text) && left.exceptions == right.exceptions
    }

    /// No proxy.
    package init() {}

    package init(environment: [String: String]) {
        func value(_ name: String) -> (variable: String, text: String)? {
            for variable in [name, name.uppercased()] {
                if let text = environment[variable], !text.isEmpty { return (variable, text) }
            }
            return nil
        }
        for scheme in ["http", "https"] { addresses[scheme] = value("\(scheme)_proxy") ?? value("all_proxy") }
        exceptions = (value("no_proxy")?.text ?? "").split { $0 == "," || $0 == " " }
    }

    /// The proxy for an address; nil for a direct connection.
    /// - Throws: `invalidName` for a variable that names no proxy which can be used.
    package func server(for url: HubURL) throws(HubError) -> Server? {
        guard let (variable, text) = addresses[url.origin.scheme], !isException(url.origin) else { return nil }
        let whole = text.contains("://") ? text : "http://" + text
        guard let parts = URL(string: whole), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty
        else { throw HubError(.invalidName, "\(variable) is not of the form http://host:port") }
        let credentials = parts.user(percentEncoded: false).map {
            Credentials(user: $0, password: parts.password(percentEncoded: false) ?? "")
        }
        switch scheme {
        case "http": return Server(kind: .http, host: host, port: parts.port ?? 80, credentials: credentials)
        case "socks5", "socks5h", "socks":
            guard credentials == nil else {
                throw HubError(.invalidName, "\(variable) names a SOCKS proxy with a password, which isn't supported")
            }
            return Server(kind: .socks, host: host, port: parts.port ?? 1080, credentials: nil)
        default:
            throw HubError(
                .invalidName,
                "\(variable) names a proxy by '\(scheme)://', which isn't supported; http:// and socks5:// are"
            )
        }
    }

    /// Whether an address is reached without a proxy. An exception is `*`, a host, a domain above it (with or without a
    /// dot in front and a port behind), or an IPv4 network such as `10.0.0.0/8`.
    private func isException(_ origin: HubURL.Origin) -> Bool {
        exceptions.contains { exception in
            if exception == "*" { return true }
            if exception.contains("/") { return Self.isAddress(origin.host, in: exception) }
            var name = exception.lowercased()[...]
            if !name.hasPrefix("["), name.filter({ $0 == ":" }).count == 1, let colon = name.lastIndex(of: ":") {
                guard Int(name[name.index(after: colon)...]) == origin.port else { return false }
                name = name[..<colon]
            }
            if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
            if name.hasPrefix("*.") { name = name.dropFirst() }
            let bare = name.drop { $0 == "." }
            return !bare.isEmpty && (origin.host == bare || origin.host.hasSuffix(".\(bare)"))
        }
    }

    private static func isAddress(_ host: String, in network: Substring) -> Bool {
        let parts = network.split(separator: "/")
        guard parts.count == 2, let bits = UInt32(parts[1]), bits <= 32, let base = number(parts[0]),
            let address = number(host[...])
        else { return false }
        let mask: UInt32 = bits == 0 ? 0 : .max << (32 - bits)
        return address & mask == base & mask
    }

    private static func number(_ address: Substring) -> UInt32? {
        let bytes = address.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        return bytes.reduce(0) { sum, byte in byte.flatMap { byte in sum.map { $0 << 8 | UInt32(byte) } } }
    }
}
