// SPDX-License-Identifier: MIT

/// How a worker's process ended.
package enum WorkerExit: Sendable, Equatable, CustomStringConvertible {
    /// It exited by itself with that code.
    case exited(code: Int32)
    /// A signal ended it.
    case signaled(Int32)
    /// It never ran; the text says why.
    case notStarted(String)
    /// It has freed its model, and the process waits for another.
    case released

    /// The code that a shell would show: the exit code, 128 + the signal's number, or 127.
    package var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        case .notStarted: 127
        case .released: 0
        }
    }

    /// The end of a sentence that begins with "the worker".
    package var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signaled(let signal):
            if let name = Self.signalNames[signal] {
                "was killed by signal \(signal) (\(name))"
            } else {
                "was killed by signal \(signal)"
            }
        case .notStarted(let reason): "could not be started: \(reason)"
        case .released: "has freed the model"
        }
    }

    private static let signalNames: [Int32: String] = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
        11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
    ]
}
