// SPDX-License-Identifier: MIT

import CLlama

/// A thread of the operating system, for work that may block for seconds: Swift's cooperative pool must not.
package enum EngineThread {
    /// Runs `body` on a new thread, which ends with it.
    package static func start(_ body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(ThreadBody(run: body)).toOpaque()
        let status = eh_thread_start(runThreadBody, argument)
        precondition(status == 0, "the system gives no thread")
    }
}

/// What a thread runs, as an object that a C pointer can carry.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

private func runThreadBody(_ argument: UnsafeMutableRawPointer?) {
    if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
}
