// SPDX-License-Identifier: MIT

import UnixSignals

/// Ctrl-C, for commands that have something to say then.
enum Interrupt {
    /// Runs `work` to its end, or until SIGINT or SIGTERM comes.
    /// - Returns: nil if it was interrupted.
    static func race<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await _ in signals { return nil }
                // Cancelled: the work has ended, and its result is the first.
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
