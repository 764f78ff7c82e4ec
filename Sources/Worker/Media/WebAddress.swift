// SPDX-License-Identifier: MIT

import Essentials
import Wire

/// An address of the web that a request names: `http` or `https`, with a host and without a user.
package struct WebAddress: Sendable, Equatable {
    package let text: String
    package let host: String
    package let isEncrypted: Bool

    /// - Returns: nil for an address of another kind.
    package init?(_ text: String, relativeTo base: WebAddress? = nil) {
        guard text.utf8.count <= 8_192, !text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }),
            let url = URL(string: text, relativeTo: base.flatMap { URL(string: $0.text) })?.absoluteURL,
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host?.lowercased(), !host.isEmpty, url.user == nil, url.password == nil,
            WebPort.isUsable(in: url.absoluteString), (1...65_535).contains(url.port ?? 80)
        else { return nil }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        isEncrypted = scheme == "https"
        // Servers don't get the fragment.
        self.text = url.absoluteString.split(separator: "#", maxSplits: 1).first.map(String.init) ?? ""
    }
}
