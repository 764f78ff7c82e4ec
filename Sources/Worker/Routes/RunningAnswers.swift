// SPDX-License-Identifier: MIT

import Engine
import Synchronization

/// The answers that are being made, by their ids, for requests that control them.
final class RunningAnswers: Sendable {
    /// An answer that is being made.
    struct Entry: Sendable {
        let generations: [GenerationStream]
        /// Whether its thoughts may be ended.
        let controlsReasoning: Bool
    }

    private let entries = Mutex<[String: Entry]>([:])

    func add(_ id: String, _ entry: Entry) {
        entries.withLock { $0[id] = entry }
    }

    func remove(_ id: String) {
        _ = entries.withLock { $0.removeValue(forKey: id) }
    }

    /// Makes an answer's model end its thoughts.
    /// - Returns: why it doesn't; nil if it does.
    func endReasoning(_ id: String) -> String? {
        guard let entry = entries.withLock({ $0[id] }) else { return "no active completion for this id" }
        guard entry.controlsReasoning else { return "reasoning control not enabled for this completion" }
        for generation in entry.generations { generation.endReasoning() }
        return nil
    }
}
