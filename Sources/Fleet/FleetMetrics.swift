// SPDX-License-Identifier: MIT

/// The fleet in figures, at one moment.
package struct FleetMetrics: Sendable, Equatable {
    /// One model in figures.
    package struct Model: Sendable, Equatable {
        package let id: String
        package let word: ModelWord
        /// Whether its worker takes requests, also when it sleeps.
        package let serves: Bool
        /// Requests that the model is serving.
        package let inFlight: Int
        /// Requests that wait for the model.
        package let waiting: Int
        /// The threads that its worker was given; nil for as many as it likes.
        package let threads: CoreDivision.Share?
        /// What its worker measured, in bytes; 0 while the model isn't in memory.
        package let memoryBytes: Int64
        /// What happened since the start.
        package let counters: ModelCounters
    }

    package let models: [Model]
    /// Requests that wait, for whichever model.
    package let waiting: Int
    /// Processes that live, from launch to exit.
    package let workers: Int
    /// The most models that may live at once; 0 stands for no limit.
    package let modelsMax: Int
    /// Each device's memory, and what holds it; empty before the first look.
    package let devices: [DeviceStatus]
    /// The most requests that may wait; 0 stands for no limit.
    package let queueMax: Int
}
