// SPDX-License-Identifier: MIT

import Wire

/// The sentences that callers read. Where llama-server's router has words for a case, they come first.
extension FleetError {
    static func unknownModel(_ name: String) -> Self {
        .init(.unknownModel, "model '\(name)' not found")
    }

    static let notFound = Self(.notFound, "model is not found")
    static let unloadUnknown = Self(.unknownModel, "model is not found")
    static let unloadAbsent = Self(.notRunning, "model is not running")
    static let alreadyRunning = Self(.alreadyRunning, "model is already running")
    static let limitReached = Self(.limitReached, "model limit reached, try again later")
    static let shuttingDown = Self(.shuttingDown, "the router is shutting down")

    static func unusable(_ model: String, problem: String) -> Self {
        .init(.unusable, "model name=\(model) failed to load: \(problem)")
    }

    static func notLoaded(_ model: String) -> Self {
        .init(
            .notLoaded,
            "model is not loaded (name=\(model)); load it with POST /models/load, or ask with ?autoload=1"
        )
    }

    /// - Parameter retryAfter: How long the model backs off.
    static func loadFailed(_ model: String, _ failure: ModelFailure, retryAfter: Duration?) -> Self {
        .init(.loadFailed, "model name=\(model) failed to load: \(failure.sentence)", retryAfter: retryAfter)
    }

    /// - Parameter failures: How many loads have failed one after another.
    static func backingOff(_ model: String, _ failure: ModelFailure, failures: Int, retryAfter: Duration) -> Self {
        let tries = failures == 1 ? "its last load" : "its last \(failures) loads"
        let seconds = retryAfter.components.seconds + (retryAfter.components.attoseconds > 0 ? 1 : 0)
        return .init(
            .loadFailed,
            "model name=\(model) failed to load: \(failure.sentence); \(tries) failed, the next try is possible in "
                + "\(seconds) s, or at once with POST /models/load",
            retryAfter: retryAfter
        )
    }

    static func notRunning(_ model: String, _ reason: String) -> Self {
        .init(.notRunning, "model name=\(model) is not running: \(reason)")
    }

    static func cancelled(_ model: String) -> Self {
        .init(.cancelled, "request cancelled while waiting for model name=\(model)")
    }

    /// - Parameter pins: The pinned models that live.
    static func pinned(_ model: String, pins: [String]) -> Self {
        let names = pins.map { "'\($0)'" }.joined(separator: ", ")
        return .init(
            .pinned,
            "model limit reached: there is no place for model name=\(model), since pinned models hold them all "
                + "(\(names)); unload one of these or raise --models-max"
        )
    }

    static func queueFull(_ model: String, limit: Int, retryAfter: Duration) -> Self {
        .init(
            .queueFull,
            "model name=\(model) can't be waited for: \(limit) requests wait already, as many as --queue-max allows; "
                + "try again later",
            retryAfter: retryAfter
        )
    }

    static func tooManyPins(_ count: Int, limit: Int) -> Self {
        .init(
            .limitReached,
            "\(count) models are pinned, and --models-max allows \(limit) to live at once; pin fewer or raise it"
        )
    }

    /// - Parameter bytes: What these models take of the device together.
    static func pinsTooLarge(_ models: [String], bytes: Int64, of device: MemoryDevice, budget: Int64) -> Self {
        let names = models.map { "'\($0)'" }.joined(separator: ", ")
        return .init(
            .limitReached,
            "the pinned models \(names) take \(Units.bytes(Double(bytes))) of \(device.name) together, and models may take "
                + "\(Units.bytes(Double(budget))) of it; pin fewer, or raise --memory-budget"
        )
    }

    static func tooManyAtStart(_ count: Int, limit: Int) -> Self {
        .init(
            .limitReached,
            "\(count) models have load-on-startup, and --models-max allows \(limit) to live at once; load fewer at the "
                + "start or raise it"
        )
    }

    static func queueTimeout(_ model: String, after limit: Duration) -> Self {
        .init(
            .queueTimeout,
            "model name=\(model) did not become available within \(limit.components.seconds) s; try again later, or let "
                + "more models live at once with --models-max"
        )
    }

    /// - Parameter progress: How far the download is, from 0 to 1.
    static func downloading(_ model: String, progress: Double, after limit: Duration) -> Self {
        .init(
            .queueTimeout,
            "model name=\(model) is still being downloaded after \(limit.components.seconds) s "
                + "(\(Int(min(max(progress, 0), 1) * 100)) %); the download goes on, try again later",
            retryAfter: .seconds(30)
        )
    }

    /// - Parameter failure: How the worker ended; nil if that isn't known (yet).
    static func workerLost(_ model: String, _ failure: ModelFailure?) -> Self {
        let reason = failure?.sentence ?? "the connection to its worker broke"
        return .init(
            .workerLost,
            "model name=\(model) was lost while it served the request: \(reason); the next request loads it again"
        )
    }
}
