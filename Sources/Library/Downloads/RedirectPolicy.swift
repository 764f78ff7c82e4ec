// SPDX-License-Identifier: MIT

package import Catalogue
import Platform
import Wire

/// Where an answer of the hub may send us. The token goes to the hub itself only, and to no other origin.
package struct RedirectPolicy: Sendable {
    /// The hub that the operator has configured.
    package let endpoint: HubURL
    /// The most redirects of one request.
    package var limit = 8

    package init(endpoint: HubURL) {
        self.endpoint = endpoint
    }

    /// Whether a request to that address carries the token.
    package func carriesToken(_ url: HubURL) -> Bool { url.origin == endpoint.origin }

    /// The address that a redirect leads to.
    /// - Parameters:
    ///   - location: what the answer's `Location` says.
    ///   - count: how many redirects were followed before.
    /// - Throws: `badRedirect`.
    package func target(of location: String?, from url: HubURL, count: Int) throws(HubError) -> HubURL {
        guard let location, let target = HubURL(location, relativeTo: url) else {
            throw HubError(.badRedirect, "the hub redirects to an address that can't be used")
        }
        guard count < limit else { throw HubError(.badRedirect, "the hub redirects more than \(limit) times") }
        guard target.isEncrypted || !url.isEncrypted else {
            throw HubError(.badRedirect, "the hub redirects from https to http (\(target.origin.host))")
        }
        return target
    }

    /// Checks the addresses that a redirect's host has.
    ///
    /// They must be public, or of the kind that the hub itself has: a hub on this machine may redirect to this machine,
    /// and one in a private network into private networks.
    /// - Parameters:
    ///   - addresses: all of them, as text.
    ///   - hub: those of the hub.
    /// - Throws: `badRedirect`.
    package func check(_ addresses: [String], of url: HubURL, hub: [String]) throws(HubError) {
        guard !carriesToken(url) else { return }
        let own = Set(hub.compactMap { NetworkAddress($0) })
        guard !addresses.isEmpty else { throw HubError(.unavailable, "'\(url.origin.host)' has no address") }
        for address in addresses {
            guard let kind = NetworkAddress(address), kind == .world || (kind != .special && own.contains(kind)) else {
                throw HubError(
                    .badRedirect,
                    "the hub redirects to '\(url.origin.host)', which is not an address of the open network"
                )
            }
        }
    }
}
