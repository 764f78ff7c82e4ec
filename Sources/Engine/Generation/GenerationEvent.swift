// SPDX-License-Identifier: MIT

/// What a generation reports, in order: the prompt's progress, tokens, then one end.
package enum GenerationEvent: Sendable {
    /// A part of the prompt was computed, or its computation begins; only if the request asks for it.
    case progress(PromptProgress)
    /// A token was chosen.
    case token(GeneratedToken)
    /// Nothing follows.
    case finished(GenerationSummary)
    /// The generation broke; nothing follows.
    case failed(EngineError)
}

/// One generated token.
package struct GeneratedToken: Sendable {
    package let id: Int32
    /// UTF-8 that can be sent now. May be empty while something is held back, and may hold text of earlier tokens.
    package let text: [UInt8]
    package let logProbabilities: LogProbabilities?
    /// How long it took so far; only if the request asks for it.
    package var timings: GenerationTimings?

    package init(
        id: Int32,
        text: [UInt8],
        logProbabilities: LogProbabilities?,
        timings: GenerationTimings? = nil
    ) {
        self.id = id
        self.text = text
        self.logProbabilities = logProbabilities
        self.timings = timings
    }
}
