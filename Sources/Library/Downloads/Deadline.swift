// SPDX-License-Identifier: MIT

import Catalogue
import Platform

/// Bounds what has no end of its own.
enum Deadline {
    /// Runs `work`, and cancels it after `limit`.
    /// - Throws: what `work` throws; `unavailable` when the time is up.
    static func run<Value: Sendable>(
        within limit: Duration,
        _ work: @escaping @Sendable () async throws(HubError) -> Value
    ) async throws(HubError) -> Value {
        let result = await withTaskGroup(of: Result<Value, HubError>?.self) { group in
            group.addTask {
                do throws(HubError) { return .success(try await work()) } catch { return .failure(error) }
            }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                return .failure(HubError(.unavailable, "the hub did not answer within \(limit.components.seconds) s"))
            }
            defer { group.cancelAll() }
            while let result = await group.next() {
                if let result { return result }
            }
            return .failure(HubError(.cancelled, "it was cancelled"))
        }
        return try result.get()
    }
}
