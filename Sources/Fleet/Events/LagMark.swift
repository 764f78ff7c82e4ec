// SPDX-License-Identifier: MIT

import Synchronization

/// Says whether a subscription was cut off because its reader fell behind.
final class LagMark: Sendable {
    private let mark = Atomic(false)

    func set() { mark.store(true, ordering: .releasing) }

    var isSet: Bool { mark.load(ordering: .acquiring) }
}
