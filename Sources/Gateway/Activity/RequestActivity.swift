// SPDX-License-Identifier: MIT

package import NIOCore
import Synchronization

/// One request as the relay notes it and others see it. Parts of an answer are counted without a lock.
package final class RequestActivity: Sendable {
    package let number: UInt64
    /// When the request was complete.
    package let began: NIODeadline
    /// Stops the request; called from any thread.
    package let cancel: @Sendable () -> Void

    private let cold: Mutex<ActivityRecord>
    private let bytes = Atomic(0)
    private let events = Atomic(0)

    package init(_ record: ActivityRecord, began: NIODeadline, cancel: @escaping @Sendable () -> Void) {
        number = record.number
        self.began = began
        self.cancel = cancel
        cold = Mutex(record)
    }

    /// What is known now.
    package var record: ActivityRecord {
        var record = cold.withLock { $0 }
        record.bytes = bytes.load(ordering: .relaxed)
        record.tokens = events.load(ordering: .relaxed)
        return record
    }

    /// A part of the answer's body went on to the client.
    /// - Parameter endsEvent: whether an event of a stream ends with it.
    package func received(bytes count: Int, endsEvent: Bool) {
        bytes.wrappingAdd(count, ordering: .relaxed)
        if endsEvent { events.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Takes note of what happens seldom.
    package func note(_ change: (inout ActivityRecord) -> Void) {
        cold.withLock { change(&$0) }
    }
}
