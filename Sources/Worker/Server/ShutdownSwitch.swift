// SPDX-License-Identifier: MIT

import Synchronization

/// Lets a thread tell a task to end.
final class ShutdownSwitch: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func trigger() {
        continuation.yield()
    }

    /// Returns after `trigger`, or when the task is cancelled.
    func wait() async {
        for await _ in stream { return }
    }
}
