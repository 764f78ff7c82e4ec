// SPDX-License-Identifier: MIT

/// What has happened to one model since the start. Every number only grows.
package struct ModelCounters: Sendable, Equatable {
    /// Requests that asked for the model, whatever became of them.
    package internal(set) var requests = 0
    /// Requests that were granted a worker.
    package internal(set) var granted = 0
    /// How long those had waited, all together.
    package internal(set) var waited: Duration = .zero
    /// Loads that succeeded.
    package internal(set) var loads = 0
    /// How long those took, from launch to ready, all together.
    package internal(set) var loading: Duration = .zero
    /// How often a worker that slept has loaded its model again; those are no loads.
    package internal(set) var wakes = 0
    /// Loads that failed, and workers that died or had to be killed while they served.
    package internal(set) var failures = 0
    /// Workers that were asked to leave, by the word of the cause: `evicted`, `expired`, `unloaded`, `shutdown`.
    package internal(set) var departures: [String: Int] = [:]

    package init() {}
}
