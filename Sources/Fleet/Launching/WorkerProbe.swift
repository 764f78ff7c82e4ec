// SPDX-License-Identifier: MIT

package import Wire

/// Finds out whether a worker is alive, apart from the requests that it serves.
package protocol WorkerProbe: Sendable {
    /// Asks a worker for any answer at all.
    /// - Parameter limit: How long it may take.
    /// - Returns: Why there was none, as the rest of a sentence; nil if there was one.
    func problem(at endpoint: WorkerEndpoint, within limit: Duration) async -> String?
}
