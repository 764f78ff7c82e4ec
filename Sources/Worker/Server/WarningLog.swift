// SPDX-License-Identifier: MIT

import Logging
import Synchronization

/// Writes what requests ask for in vain into the log, each sentence once: agents ask the same in every request.
final class WarningLog: Sendable {
    /// Sentences that are remembered; what is new beyond isn't logged.
    private static let limit = 256

    private let logger: Logger
    private let logged = Mutex<Set<String>>([])

    init(logger: Logger) {
        self.logger = logger
    }

    /// Takes a sentence.
    func note(_ sentence: String) {
        let isNew = logged.withLock { $0.count < Self.limit && $0.insert(sentence).inserted }
        if isNew { logger.warning("a request got less than it asked for", metadata: ["warning": "\(sentence)"]) }
    }
}
