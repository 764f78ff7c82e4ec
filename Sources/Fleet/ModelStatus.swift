// SPDX-License-Identifier: MIT

package import Wire

/// What there is to say about one model at one moment.
package struct ModelStatus: Sendable {
    /// The status words of llama-server.
    package enum Word: String, Sendable {
        case unloaded
        case loading
        case loaded
    }

    /// The model as the catalogue knows it.
    package let entry: ModelEntry
    package let word: Word
    /// How far the load is, from 0 to 1; nil unless the model is loading.
    package let progress: Double?
    /// The worker's whole command line, program first.
    package let arguments: [String]
    /// Why the last worker ended otherwise than asked; nil once another one was started.
    package let failure: ModelFailure?
    /// Requests that the model is serving.
    package let inFlight: Int
    /// Requests that wait for the model.
    package let waiting: Int
    /// What the worker says of its model; nil unless it is loaded.
    package let info: JSONValue?
    /// What the worker measured; nil unless it is loaded.
    package let measured: WorkerMeasurements?
    /// How long ago the last request ended or, before the first, the load; nil unless the model is loaded, zero while
    /// it serves.
    package let sinceLastUse: Duration?
    /// The live worker.
    package let worker: WorkerID?
    /// The last lines that the live worker wrote, oldest first.
    package let log: [String]
}
