// SPDX-License-Identifier: MIT

import CLlama
import Platform

/// What the engine could not do.
package struct EngineError: ExplainedError {
    /// The kinds of failure, which callers map to their own codes.
    package enum Code: String, Sendable {
        /// The model or the context could not be made.
        case loadFailed
        /// The request asks for something impossible; the message says what.
        case invalidRequest
        /// The model, or what it was started for, can't do it.
        case notSupported
        /// The prompt has more tokens than a sequence can hold.
        case contextExceeded
        /// Too many requests wait already.
        case queueFull
        /// A computation failed.
        case decodeFailed
        /// A file could not be written.
        case fileFailed
        /// The engine is shutting down.
        case stopped
    }

    package let code: Code
    /// What could not be done.
    private let summary: String
    /// The cause as the engine or the system words it; nil where the summary says it all.
    private let cause: String?
    /// Whether it lacked memory.
    package private(set) var lacksMemory: Bool

    /// One sentence for people.
    package var message: String { cause.map { "\(summary): \($0)" } ?? summary }

    /// - Parameters:
    ///   - message: what could not be done.
    ///   - cause: the cause as the engine or the system words it.
    package init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        summary = message
        self.cause = cause
        lacksMemory = cause.map(LoadErrors.lacksMemory) ?? false
    }

    /// The same error, with the engine's own words about its cause in place of ours.
    func saying(_ errors: LoadErrors) -> EngineError {
        guard code == .loadFailed else { return self }
        var error = self
        if let words = errors.sentence, !message.contains(words) { error = EngineError(code, summary, cause: words) }
        error.lacksMemory = lacksMemory || errors.lacksMemory
        return error
    }

    /// An error with the text of the engine's last exception on this thread.
    static func last(_ code: Code, _ prefix: String) -> EngineError {
        let reason = String(cString: eh_last_error())
        return EngineError(code, prefix, cause: reason.isEmpty ? nil : reason)
    }
}
