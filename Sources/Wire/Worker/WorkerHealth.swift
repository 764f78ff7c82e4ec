// SPDX-License-Identifier: MIT

/// What a worker says of itself at `GET /health`.
package enum WorkerHealth {
    /// The member of an error that tells for how many seconds the engine has been at one step, though its server answers.
    package static let stalled = "engine_stalled_seconds"
}
