// SPDX-License-Identifier: MIT

import Engine
import HTTPServer
import Synchronization
import Wire

/// The preparing of one request: runs its task on the pool's threads until it has been prepared, and on its connection's
/// own from there on.
final class Preparation: TaskExecutor {
    private let pool: PreparationPool
    private let loop: LoopExecutor
    private let isLarge: Bool
    private let bytes: Int
    private let limits = CallLimits()
    private let isOver = Atomic(false)
    private let isCancelled = Atomic(false)
    private let began = ContinuousClock.now

    /// How long a request may wait for a place.
    private static let patience: Duration = .seconds(30)

    /// - Parameter bytes: the body's.
    /// - Returns: nil where there is no room for one more.
    init?(_ pool: PreparationPool, loop: LoopExecutor, bytes: Int) {
        guard pool.admit(bytes: bytes) else { return nil }
        self.pool = pool
        self.loop = loop
        self.bytes = bytes
        isLarge = bytes >= PreparationPool.largeBody
    }

    deinit {
        end()
    }

    /// The refusal of a request that there is no room for.
    static let refusal = APIError(
        .unavailable,
        "too many requests are being prepared; try again in a moment",
        retryAfter: .seconds(2)
    )

    /// - Throws: 503 for a request that waited longer than `patience` for its turn, or whose client has left.
    func checkTurn() throws(APIError) {
        if isCancelled.load(ordering: .relaxed) || ContinuousClock.now - began > Self.patience { throw Self.refusal }
    }

    /// The client has left: what is being prepared ends.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        limits.cancel()
    }

    /// The request is prepared: what remains to be done takes no time.
    func end() {
        if isOver.exchange(true, ordering: .relaxed) { return }
        pool.leave(bytes: bytes)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard !isOver.load(ordering: .relaxed) else {
            loop.run { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            return
        }
        pool.run(isLarge: isLarge) { [self] in
            limits.apply { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }
}
