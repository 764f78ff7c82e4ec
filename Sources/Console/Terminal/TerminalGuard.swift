// SPDX-License-Identifier: MIT

import Platform
import UnixSignals

/// Gives the terminal back as it was, however a program that has taken it over ends.
enum TerminalGuard {
    /// Runs `body` with keys as they are pressed.
    /// - Parameters:
    ///   - enter: written first; turns the terminal's modes on.
    ///   - leave: written last; turns them off again.
    static func run<Value: Sendable>(
        _ mode: RawMode,
        output: Output,
        enter: String,
        leave: String,
        _ body: (Keyboard) async throws -> Value
    ) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sighup, .sigint, .sigcont)
        mode.begin()
        output.write(enter)
        let keyboard = Keyboard()
        // Unstructured: it ends with the process, or is cancelled below.
        let watch = Task {
            for await signal in signals {
                if signal == .sigcont {
                    mode.begin()
                    output.write(enter)
                    keyboard.press(.resumed)
                } else {
                    output.write(leave)
                    mode.end()
                    exit(1)
                }
            }
        }
        defer {
            keyboard.stop()
            output.write(leave)
            mode.end()
            watch.cancel()
        }
        return try await body(keyboard)
    }
}
