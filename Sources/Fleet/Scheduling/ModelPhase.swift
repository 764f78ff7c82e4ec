// SPDX-License-Identifier: MIT

package import Wire

/// Where a model is in its life. A case carries what exists in that phase only; waiting requests are in `WaitingQueue`.
package enum ModelPhase: Sendable, Equatable {
    /// There is no process.
    /// - Parameter failure: Why the last one ended, unless it was asked to.
    case absent(failure: ModelFailure?)
    /// The process was launched and isn't ready.
    case loading(Loading)
    /// Requests are granted, also while the model sleeps: the worker loads it again for them.
    case ready(Ready)
    /// Requests in flight finish; no new ones are granted.
    case draining(Draining)
    /// The process was asked to exit, or was killed; its memory still counts.
    case stopping(Stopping)

    package struct Loading: Sendable, Equatable {
        package let worker: WorkerID
        package var progress: Double
        /// When the load has failed because it took too long.
        package let deadline: Duration
        /// When the process was launched.
        package let since: Duration
    }

    package struct Ready: Sendable, Equatable {
        package let worker: WorkerID
        package let endpoint: WorkerEndpoint
        package var inFlight: Int
        /// When the model became ready.
        package let since: Duration
        /// When the worker is examined next; nil while it is idle, or an examination is under way.
        var watchAt: Duration?
        /// When the last request ended; at first, when the model became ready.
        package var lastUse: Duration
        package var measured: WorkerMeasurements
        /// Whether the worker has its model in memory.
        package var memory = Memory.awake
        /// What the worker says of its model.
        package let info: JSONValue
        /// The youngest ticket that may have waited when the model became ready. Those are served before the model can
        /// be a victim.
        let loadedFor: Ticket

        /// The status in llama-server's words.
        package var word: ModelWord {
            switch memory {
            case .awake: .loaded
            case .asleep: .sleeping
            case .waking: .loading
            }
        }

        /// Whether a request would make the worker load its model again.
        var sleeps: Bool { memory == .asleep && inFlight == 0 }

        /// Since when nothing is in flight; nil while something is.
        package var idleSince: Duration? { inFlight == 0 ? lastUse : nil }

        /// When it has failed because it took too long to load the model again; nil unless it does that.
        var wakeDeadline: Duration? {
            if case .waking(_, let deadline) = memory { deadline } else { nil }
        }

        /// When something happens by itself.
        var deadline: Duration? { [watchAt, wakeDeadline].compactMap(\.self).min() }
    }

    /// Whether a worker that serves has its model in memory. Its place counts all the same.
    package enum Memory: Sendable, Equatable {
        case awake
        /// It was idle and freed the model.
        case asleep
        /// It loads the model again.
        /// - Parameters:
        ///   - progress: from 0 to 1.
        ///   - deadline: when that has failed because it took too long.
        case waking(progress: Double, deadline: Duration)
    }

    package struct Draining: Sendable, Equatable {
        package var ready: Ready
        package let cause: LeaveCause
        /// When the worker is stopped, whatever is in flight; nil: when the last request has ended.
        package var deadline: Duration?
        /// The waiting model that needs the place. Once no request waits for it, the drain is called off. Nil for a
        /// drain that is never called off.
        package var beneficiary: String?
    }

    package struct Stopping: Sendable, Equatable {
        package let worker: WorkerID
        package let cause: LeaveCause
        /// The status that it had; `unloaded` if it was never ready.
        package let word: ModelWord
        /// When the process is killed; nil once it was.
        package var killAt: Duration?
    }

    /// The live process.
    package var worker: WorkerID? {
        switch self {
        case .absent: nil
        case .loading(let loading): loading.worker
        case .ready(let ready): ready.worker
        case .draining(let draining): draining.ready.worker
        case .stopping(let stopping): stopping.worker
        }
    }

    /// What there is to know of a process that has requests, or may get some.
    var serving: Ready? {
        switch self {
        case .ready(let ready): ready
        case .draining(let draining): draining.ready
        case .absent, .loading, .stopping: nil
        }
    }

    /// What the worker measured, in bytes; 0 while the model isn't in memory.
    var memoryBytes: Int64 { serving.map { $0.memory == .awake ? $0.measured.totalBytes : 0 } ?? 0 }

    /// Whether requests are granted.
    package var serves: Bool { if case .ready = self { true } else { false } }

    /// Why the last worker ended, or is ending, otherwise than asked.
    var failure: ModelFailure? {
        switch self {
        case .absent(let failure): failure
        case .stopping(let stopping):
            if case .failed(let failure) = stopping.cause { failure } else { nil }
        case .loading, .ready, .draining: nil
        }
    }

    /// The phase in llama-server's words.
    package var word: ModelWord {
        switch self {
        case .absent: .unloaded
        case .loading: .loading
        case .ready(let ready): ready.word
        case .draining(let draining): draining.ready.word
        case .stopping(let stopping): stopping.word
        }
    }

    /// Whether the place of the process is being freed.
    package var isLeaving: Bool {
        switch self {
        case .draining, .stopping: true
        case .absent, .loading, .ready: false
        }
    }

    /// When something happens by itself in this phase.
    var deadline: Duration? {
        switch self {
        case .absent: nil
        case .loading(let loading): loading.deadline
        case .ready(let ready): ready.deadline
        case .draining(let draining):
            [draining.deadline, draining.ready.deadline].compactMap(\.self).min()
        case .stopping(let stopping): stopping.killAt
        }
    }
}
