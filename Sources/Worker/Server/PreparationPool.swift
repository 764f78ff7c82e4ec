// SPDX-License-Identifier: MIT

import Engine
import Synchronization

/// The threads on which requests are prepared. Templates, schemas, grammars and long texts can take seconds; on an
/// event loop they would hold up all of its connections.
///
/// Its places are bounded, and what is large has few of them, so that the small ones go on beside it.
package final class PreparationPool: Sendable {
    /// Threads; they cost nothing while they have nothing to do.
    package static let places = 16
    /// Of those, how many large requests may have.
    package static let largePlaces = 2
    /// Requests that may wait for a place.
    package static let waitingLimit = 512
    /// Bytes of the bodies of all requests that are being prepared.
    package static let bodyLimit = 512 << 20
    /// From so many bytes on a body is large.
    package static let largeBody = 1 << 20

    private typealias Work = @Sendable () -> Void

    private struct State {
        var small = Line()
        var large = Line()
        var runningLarge = 0
        var threads = 0
        var idle = 0
        var bytes = 0

        /// What is to be done next, and whether it is large.
        mutating func next() -> (work: Work, isLarge: Bool)? {
            if let work = small.take() { return (work, false) }
            guard runningLarge < PreparationPool.largePlaces, let work = large.take() else { return nil }
            runningLarge += 1
            return (work, true)
        }
    }

    /// Work in the order in which it came.
    private struct Line {
        private var work: [Work] = []
        private var taken = 0

        var count: Int { work.count - taken }

        mutating func add(_ one: @escaping Work) { work.append(one) }

        mutating func take() -> Work? {
            guard taken < work.count else { return nil }
            defer {
                taken += 1
                if taken == work.count { (work, taken) = ([], 0) }
            }
            return work[taken]
        }
    }

    private let state = Mutex(State())
    private let signal = Signal()

    package init() {}

    /// Takes a request in.
    /// - Returns: false if there are too many, or they are too large together.
    package func admit(bytes: Int) -> Bool {
        state.withLock { state in
            let waiting = bytes >= Self.largeBody ? state.large.count * 16 : state.small.count
            guard waiting < Self.waitingLimit, state.bytes == 0 || state.bytes + bytes <= Self.bodyLimit else {
                return false
            }
            state.bytes += bytes
            return true
        }
    }

    /// A request that was taken in is prepared.
    package func leave(bytes: Int) {
        state.withLock { $0.bytes -= bytes }
    }

    /// Does something on one of the threads, once it has its turn.
    package func run(isLarge: Bool, _ work: @escaping @Sendable () -> Void) {
        let (wakes, begins) = state.withLock { state -> (Bool, Bool) in
            if isLarge { state.large.add(work) } else { state.small.add(work) }
            if state.idle > 0 {
                state.idle -= 1
                return (true, false)
            }
            guard state.threads < Self.places else { return (false, false) }
            state.threads += 1
            return (false, true)
        }
        if wakes { signal.send() }
        guard begins, !EngineThread.start({ [self] in serve() }) else { return }
        // The system gives no thread. Those that there are do it; where there are none, this one.
        let own = state.withLock { state in
            state.threads -= 1
            return state.threads == 0 ? state.next() : nil
        }
        if let own { finish(own) }
    }

    private func serve() {
        while true {
            let next = state.withLock { state in
                let next = state.next()
                if next == nil { state.idle += 1 }
                return next
            }
            if let next { finish(next) } else { signal.wait() }
        }
    }

    private func finish(_ next: (work: Work, isLarge: Bool)) {
        next.work()
        if next.isLarge { state.withLock { $0.runningLarge -= 1 } }
    }
}
