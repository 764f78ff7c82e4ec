// SPDX-License-Identifier: MIT

package import Catalogue
package import Wire

/// What there is to say about one model at one moment.
package struct ModelStatus: Sendable {
    /// The model as the catalogue knows it.
    package let entry: ModelEntry
    /// A worker that is leaving still has its last one, or `unloaded` if it was never ready.
    package var word = ModelWord.unloaded
    /// How far the load or the download is, from 0 to 1; nil unless there is one.
    package var progress: Double?
    /// The worker's whole command line, program first.
    package let arguments: [String]
    /// Why the last worker ended otherwise than asked; nil once another one was started.
    package var failure: ModelFailure?
    /// How long the model backs off after failed loads: until then it isn't started by requests; nil if it may be.
    package var retryIn: Duration?
    /// How many loads have failed one after another.
    package var failedLoads = 0
    /// The threads that the live worker was given; nil for as many as it likes.
    package var threads: CoreDivision.Share?
    /// Requests that the model is serving.
    package var inFlight = 0
    /// Requests that wait for the model.
    package let waiting: Int
    /// What the worker says of its model; nil unless it is loaded, or sleeps.
    package var info: JSONValue?
    /// What the worker measured, without bytes while it sleeps; nil unless it is loaded, or sleeps.
    package var measured: WorkerMeasurements?
    /// How long ago the last request ended or, before the first, the load; zero while the model serves; nil unless it
    /// is loaded.
    package var sinceLastUse: Duration?
    /// How long ago the model was last used since the router began, also when it was unloaded since; zero while it serves.
    package var lastUse: Duration?
    /// What its last load measured, also when it was unloaded since; nil before the first.
    package var lastMeasured: WorkerMeasurements?
    /// What it takes of each device, as far as a worker has said; also when it is unloaded.
    package var footprint: Footprint?
    /// How long the model may be idle before it is unloaded, as its policy or the last request says; nil: for ever.
    package var timeToLive: Duration?
    /// Whether the model, once it lives, never has to make room for another.
    package var isPinned = false
    /// How many bytes of its download have come, and how many there will be; nil unless there is one.
    package var transfer: (done: UInt64, total: UInt64)?
    /// Where the worker listens; nil unless the model is loaded and serves. Nothing keeps it there without a lease.
    package var endpoint: WorkerEndpoint?
    /// The live worker.
    package var worker: WorkerID?
    /// Whether the live worker is about to leave: it takes no new requests.
    package var isLeaving = false
    /// The last lines that the live worker wrote, oldest first.
    package var log: [String] = []

    package init(entry: ModelEntry, arguments: [String], waiting: Int) {
        self.entry = entry
        self.arguments = arguments
        self.waiting = waiting
    }

    /// Takes over what a phase says.
    /// - Parameter isWanted: Whether a user's wish to load the model waits for a place.
    mutating func describe(_ phase: ModelPhase, isWanted: Bool, now: Duration) {
        worker = phase.worker
        isLeaving = phase.isLeaving
        switch phase {
        case .absent(let failure):
            self.failure = failure
            if isWanted {
                word = .loading
                progress = 0
            }
        case .loading(let loading):
            word = .loading
            progress = loading.progress
        case .ready(let ready):
            describe(ready, now: now)
            endpoint = ready.endpoint
        case .draining(let draining):
            describe(draining.ready, now: now)
        case .stopping(let stopping):
            word = stopping.word
            if case .failed(let failure) = stopping.cause { self.failure = failure }
        }
    }

    /// Takes over what a download says, unless a worker of what was there before still lives.
    mutating func describe(_ download: ModelAvailability.Download) {
        guard worker == nil else { return }
        word = .downloading
        progress = download.progress
        failure = nil
    }

    private mutating func describe(_ ready: ModelPhase.Ready, now: Duration) {
        word = ready.word
        if case .waking(let progress, _) = ready.memory { self.progress = progress }
        inFlight = ready.inFlight
        info = ready.info
        measured = ready.measured
        if ready.memory != .awake {
            // What isn't in memory takes none.
            measured = ready.measured.asleep
        }
        sinceLastUse = ready.idleSince.map { now - $0 } ?? .zero
    }
}
