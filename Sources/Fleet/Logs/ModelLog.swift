// SPDX-License-Identifier: MIT

import Synchronization

/// The last log lines of a model's workers, of which one follows the other, and those to come.
package final class ModelLog: Sendable {
    private let ring: LogRing
    private let feed = Feed<String>()
    /// Held while a line is added, so that a new follower misses none and sees none twice.
    private let order = Mutex(())

    package init(capacity: Int = 1_000) {
        ring = LogRing(capacity: capacity)
    }

    func append(_ line: String) {
        order.withLock { _ in
            ring.append(line)
            feed.publish(line)
        }
    }

    /// The last lines, oldest first.
    package func tail(_ count: Int = .max) -> [String] { ring.tail(count) }

    /// The last lines, and every line after them.
    /// - Parameters:
    ///   - last: How many of the last lines.
    ///   - capacity: The most lines that wait to be read before the reader is cut off.
    package func follow(
        last: Int = .max,
        capacity: Int = 1_024
    ) -> (lines: [String], following: FeedSubscription<String>) {
        order.withLock { _ in (ring.tail(last), feed.subscribe(capacity: capacity)) }
    }

    /// Ends every reader: the router shuts down.
    func finish() { feed.finish() }
}
