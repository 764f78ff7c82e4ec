// SPDX-License-Identifier: MIT

package import NIOCore

/// Runs tasks on an event loop's own thread: what they write needs no other thread to be woken.
package final class LoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    package init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Does something on the event loop's thread.
    package func run(_ work: @escaping @Sendable () -> Void) { eventLoop.execute(work) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
