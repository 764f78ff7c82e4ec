// SPDX-License-Identifier: MIT

import Dispatch

/// Wakes threads that wait, one for each time.
final class Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func send() { semaphore.signal() }

    func wait() { semaphore.wait() }
}
