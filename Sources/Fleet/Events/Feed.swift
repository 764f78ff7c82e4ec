// SPDX-License-Identifier: MIT

import Synchronization

/// Passes elements on to any number of subscribers, each through a bounded buffer of its own.
///
/// Publishing never waits. A subscriber that falls behind by more than its buffer is cut off with a mark. So it knows
/// that it missed something, and can come back and read the present state.
package final class Feed<Element: Sendable>: Sendable {
    private struct Subscriber {
        let input: AsyncStream<Element>.Continuation
        let mark: LagMark
    }
    private struct State {
        var subscribers: [UInt64: Subscriber] = [:]
        var lastSubscriber: UInt64 = 0
        var isFinished = false
    }
    private let state = Mutex(State())

    package init() {}

    /// How many subscribers there are.
    package var subscriberCount: Int { state.withLock { $0.subscribers.count } }

    /// Begins to receive what is published from now on. Ends with the subscription's life, or its task's cancellation.
    /// - Parameter capacity: The most elements that wait to be read.
    package func subscribe(capacity: Int = 256) -> FeedSubscription<Element> {
        let (stream, input) = AsyncStream<Element>.makeStream(bufferingPolicy: .bufferingOldest(max(capacity, 1)))
        let mark = LagMark()
        let number = state.withLock { state -> UInt64? in
            guard !state.isFinished else { return nil }
            state.lastSubscriber += 1
            state.subscribers[state.lastSubscriber] = Subscriber(input: input, mark: mark)
            return state.lastSubscriber
        }
        if let number {
            input.onTermination = { [weak self] _ in
                _ = self?.state.withLock { $0.subscribers.removeValue(forKey: number) }
            }
        } else {
            input.finish()
        }
        return FeedSubscription(stream: stream, mark: mark)
    }

    /// Gives an element to every subscriber, and cuts off those whose buffer is full.
    package func publish(_ element: Element) {
        let cutOff = state.withLock { state in
            var cutOff: [Subscriber] = []
            for (number, subscriber) in state.subscribers {
                guard case .dropped = subscriber.input.yield(element) else { continue }
                cutOff.append(subscriber)
                state.subscribers[number] = nil
            }
            return cutOff
        }
        // Outside of the lock, which the end of a stream takes.
        for subscriber in cutOff {
            subscriber.mark.set()
            subscriber.input.finish()
        }
    }

    /// Ends every subscription, once what waits to be read was read. Later ones end at once.
    package func finish() {
        let subscribers = state.withLock { state in
            state.isFinished = true
            defer { state.subscribers = [:] }
            return state.subscribers.values.map(\.input)
        }
        for input in subscribers { input.finish() }
    }
}
