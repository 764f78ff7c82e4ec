// SPDX-License-Identifier: MIT

import Synchronization

/// The API keys as they are now: a file of them may change while the server runs.
package final class KeyRing: Sendable {
    private let state: Mutex<Authentication>

    package init(_ authentication: Authentication) {
        state = Mutex(authentication)
    }

    /// The rules by which requests are let in at this moment.
    package var current: Authentication { state.withLock { $0 } }

    /// Takes other keys. Those that stay keep their owners' numbers, and no number is given a second time.
    package func replace(by keys: [String]) {
        state.withLock { $0 = Authentication(keys: keys, after: $0) }
    }
}
