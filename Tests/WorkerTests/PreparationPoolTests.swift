// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization
import Testing
import Worker

/// Who gets a place to be prepared.
@Suite(.timeLimit(.minutes(5))) struct PreparationPoolTests {
    /// Work that stays until it is let go.
    private final class Blocked: Sendable {
        private let gate = DispatchSemaphore(value: 0)
        private let begun = DispatchSemaphore(value: 0)

        func stay() {
            begun.signal()
            gate.wait()
        }

        func waitUntilBegun(_ count: Int) { for _ in 0..<count { begun.wait() } }

        func letGo(_ count: Int) { for _ in 0..<count { gate.signal() } }
    }

    @Test("D20: large requests leave places for small ones, and have their turn in the end")
    func largeOnes() {
        let pool = PreparationPool()
        let large = Blocked()
        let count = PreparationPool.largePlaces + 3
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<count {
            pool.run(isLarge: true) {
                large.stay()
                done.signal()
            }
        }
        large.waitUntilBegun(PreparationPool.largePlaces)
        let small = DispatchSemaphore(value: 0)
        pool.run(isLarge: false) { small.signal() }
        small.wait()
        large.letGo(count)
        for _ in 0..<count { done.wait() }
    }

    @Test("places are bounded, and what waits for them gets them")
    func places() {
        let pool = PreparationPool()
        let blocked = Blocked()
        let count = PreparationPool.places + 5
        let running = Atomic(0)
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<count {
            pool.run(isLarge: false) {
                running.add(1, ordering: .relaxed)
                blocked.stay()
                done.signal()
            }
        }
        blocked.waitUntilBegun(PreparationPool.places)
        #expect(running.load(ordering: .relaxed) == PreparationPool.places)
        blocked.letGo(count)
        for _ in 0..<count { done.wait() }
    }

    @Test("bodies are bounded together, but for one alone")
    func bodies() {
        let pool = PreparationPool()
        #expect(pool.admit(bytes: PreparationPool.bodyLimit * 2))
        #expect(!pool.admit(bytes: 1))
        pool.leave(bytes: PreparationPool.bodyLimit * 2)
        #expect(pool.admit(bytes: PreparationPool.bodyLimit))
        #expect(!pool.admit(bytes: 1))
    }
}
