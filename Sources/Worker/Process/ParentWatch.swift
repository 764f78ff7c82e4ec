// SPDX-License-Identifier: MIT

import Engine
import Platform
import Wire

/// Listens on the standard input for the parent's commands. Its end says that the parent is gone, however it went.
enum ParentWatch {
    /// Reads on a thread of its own, so that it works while the model loads.
    /// - Parameters:
    ///   - onCommand: gets each command.
    ///   - onUnknown: gets each line that is none, or has values that it can't have.
    ///   - onGone: runs at the end of the input.
    /// - Returns: false if the system gives no thread for it.
    static func start(
        onCommand: @escaping @Sendable (WorkerCommand) -> Void,
        onUnknown: @escaping @Sendable (String) -> Void,
        onGone: @escaping @Sendable () -> Void
    ) -> Bool {
        EngineThread.start {
            while let line = readLine() {
                if let command = WorkerCommand(line: line) { onCommand(command) } else { onUnknown(line) }
            }
            onGone()
        }
    }
}
