// SPDX-License-Identifier: MIT

import NIOCore
import Synchronization

/// Hands out the pool of each event loop.
final class UpstreamPools: Sendable {
    private let pools = Mutex<[ObjectIdentifier: NIOLoopBound<UpstreamPool>]>([:])
    private let settings: UpstreamSettings

    init(settings: UpstreamSettings) {
        self.settings = settings
    }

    /// The pool of an event loop. To be called on that loop.
    func pool(of eventLoop: any EventLoop) -> UpstreamPool {
        let bound = pools.withLock { pools in
            let key = ObjectIdentifier(eventLoop)
            if let pool = pools[key] { return pool }
            let pool = NIOLoopBound(UpstreamPool(eventLoop: eventLoop, settings: settings), eventLoop: eventLoop)
            pools[key] = pool
            return pool
        }
        return bound.value
    }

    /// Closes every connection that is put aside.
    func closeAll() {
        for pool in pools.withLock({ Array($0.values) }) {
            pool.eventLoop.execute { pool.value.closeAll() }
        }
    }
}
