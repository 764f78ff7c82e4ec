// SPDX-License-Identifier: MIT

import Catalogue
import Library
import Logging
import Platform
import Synchronization
import Wire

/// One model of the hub, to be served alone: it is brought, unless it is there.
struct HubModel: Sendable {
    /// `user/repo` or `user/repo:tag`.
    let name: String
    /// The path of the one file that is wanted, if the user named it.
    let file: String?
    /// Whether the picture or sound encoder beside it is wanted too.
    let withProjector: Bool
    let sources: SourceSettings
    let logger: Logger

    /// The model's entry in the cache.
    ///
    /// When the hub can't be reached, what was downloaded before does.
    /// - Throws: `HubError`.
    func entry() async throws -> ModelEntry {
        let reference = try HubReference(name)
        guard let hub = try sources.makeHub(logger: logger) else {
            throw HubError(.unavailable, "there is no folder to download to: neither HF_HOME nor HOME is set")
        }
        do {
            let selection = HubSelection(reference, file: file, withProjector: withProjector)
            let plan = try await hub.resolve(selection)
            let meter = Meter(total: plan.sizeBytes, name: plan.modelID)
            try await hub.download(plan) { url, done, _ in meter.note(url, done) }
            meter.end()
            return try cached(reference, path: plan.choice.primary.path)
        } catch let error as HubError where error.isUnreachable {
            guard let entry = try? cached(reference, path: file) else { throw error }
            if !sources.hub.isOffline {
                logger.warning("Serving the model from the cache", metadata: ["reason": "\(error)"])
            }
            return entry
        }
    }

    private func cached(_ reference: HubReference, path: String?) throws -> ModelEntry {
        guard let entry = sources.catalogue.cached(HubSelection(reference, file: path)) else {
            throw HubError(.notFound, "'\(name)' is not in the cache")
        }
        if let problem = entry.problem { throw HubError(.wrongContent, "'\(entry.path)' can't be served: \(problem)") }
        return entry
    }

    /// Shows on a terminal how far a download is.
    private final class Meter: Sendable {
        private let total: UInt64
        private let name: String
        private let isTerminal = isatty(2) == 1
        private let state = Mutex<(done: [String: UInt64], shown: Int)>(([:], -1))

        init(total: UInt64, name: String) {
            self.total = total
            self.name = name
        }

        func note(_ url: String, _ done: UInt64) {
            let percent = state.withLock { state -> Int? in
                state.done[url] = done
                let sum = state.done.values.reduce(0.0) { $0 + Double($1) }
                let percent = total > 0 ? Int(min(sum / Double(total), 1) * 100) : 100
                // A file of lines gets a line for every tenth part.
                let step = isTerminal ? 1 : 10
                guard percent / step != state.shown / step || state.shown < 0 else { return nil }
                state.shown = percent
                return percent
            }
            guard let percent else { return }
            var errors = StandardError()
            print("\(isTerminal ? "\r" : "")\(name): \(percent) %", terminator: isTerminal ? "" : "\n", to: &errors)
        }

        func end() {
            guard isTerminal, state.withLock({ $0.shown >= 0 }) else { return }
            var errors = StandardError()
            print("", to: &errors)
        }
    }
}
