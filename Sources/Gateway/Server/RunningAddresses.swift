// SPDX-License-Identifier: MIT

import NIOCore
import Synchronization

/// Counts the addresses on which the server listens already.
final class RunningAddresses: Sendable {
    private let addresses: Mutex<[SocketAddress?]>

    init(_ count: Int) {
        addresses = Mutex(Array(repeating: nil, count: count))
    }

    /// - Returns: all addresses in their order, once the last one is there.
    func add(_ address: SocketAddress, at index: Int) -> [SocketAddress]? {
        addresses.withLock { addresses in
            addresses[index] = address
            let known = addresses.compactMap { $0 }
            return known.count == addresses.count ? known : nil
        }
    }
}
