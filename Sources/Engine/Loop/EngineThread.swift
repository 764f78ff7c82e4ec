// SPDX-License-Identifier: MIT

import CLlama

/// A thread of the operating system, for work that may block for seconds: Swift's cooperative pool must not.
package enum EngineThread {
    /// Runs `body` on a new thread, which ends with it.
    /// - Parameter stack: bytes of its stack; of them only what is used takes memory.
    /// - Returns: false if the system gives no thread.
    package static func start(stack: Int = 16 << 20, _ body: @escaping @Sendable () -> Void) -> Bool {
        let argument = Unmanaged.passRetained(ThreadBody(run: body)).toOpaque()
        guard eh_thread_start(runThreadBody, argument, stack) != 0 else { return true }
        Unmanaged<ThreadBody>.fromOpaque(argument).release()
        return false
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
