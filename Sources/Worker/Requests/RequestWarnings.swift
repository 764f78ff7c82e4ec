// SPDX-License-Identifier: MIT

/// What of a request has no effect although it was accepted, in sentences for the caller and the log.
package struct RequestWarnings: Sendable, Equatable {
    /// Each sentence once, in the order of the request.
    package private(set) var sentences: [String] = []

    /// Sentences of one request.
    private static let limit = 16

    package init() {}

    /// Takes a sentence, without a full stop; one that is there already is not taken again, nor more than a few.
    package mutating func add(_ sentence: String) {
        guard sentences.count < Self.limit, !sentences.contains(sentence) else { return }
        sentences.append(sentence)
    }
}
