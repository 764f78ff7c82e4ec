// SPDX-License-Identifier: MIT

import Catalogue
import NIOPosix
import Platform
import Wire

/// Finds the addresses of a host.
struct AddressLookup: Sendable {
    /// All addresses as text, in the order in which they should be tried.
    let addresses: @Sendable (_ host: String) async throws(HubError) -> [String]

    /// The system's own. It takes what the system takes, such as `127.1`, so a check of its answer can't be tricked by
    /// another spelling.
    static let system = AddressLookup { host throws(HubError) in
        do {
            return try await NIOThreadPool.singleton.runIfActive { NetworkAddress.resolve(host) }
        } catch {
            throw HubError(.cancelled, "the program is about to end")
        }
    }
}
