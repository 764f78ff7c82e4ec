// SPDX-License-Identifier: MIT

import Essentials

/// An address on the web that we may ask: `http` or `https`, with a host and without a user.
package struct HubURL: Sendable, Equatable {
    /// The hub that is asked where no other one is named.
    package static let standardEndpoint = "https://huggingface.co/"

    /// Scheme, host and port: two addresses with one origin are the same server's.
    package struct Origin: Sendable, Hashable {
        package let scheme: String
        package let host: String
        package let port: Int
    }

    package let origin: Origin
    /// The whole address.
    package let text: String

    /// - Parameter text: absolute, or relative to `base`; nil for an address of another kind.
    package init?(_ text: String, relativeTo base: HubURL? = nil) {
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
            let url = URL(string: text, relativeTo: base.flatMap { URL(string: $0.text) })?.absoluteURL,
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host?.lowercased(), !host.isEmpty, url.user == nil, url.password == nil
        else { return nil }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        origin = Origin(scheme: scheme, host: bare, port: port)
        // Servers don't get the fragment.
        self.text = url.absoluteString.split(separator: "#", maxSplits: 1).first.map(String.init) ?? ""
    }

    /// Whether the connection is encrypted, so that nothing on the way can read or change it.
    package var isEncrypted: Bool { origin.scheme == "https" }
}
