// SPDX-License-Identifier: MIT

struct DeadlinePassed: Error {}

/// Runs an operation that must be done in time.
func withDeadline<Result: Sendable>(
    _ limit: Duration = .seconds(20),
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlinePassed()
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw DeadlinePassed() }
        return result
    }
}

/// Waits until a condition holds that nobody announces.
func eventually(_ condition: @escaping @Sendable () -> Bool) async throws {
    try await withDeadline {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
