// SPDX-License-Identifier: MIT

/// Where media lie among tokens, and which positions follow from that. Pure, so that it can be tested without a model.
package struct MediaLayout: Sendable {
    /// One chunk of a medium.
    package struct Span: Sendable {
        /// The index of its first token.
        package let start: Int
        /// Places that it takes in the cache.
        package let tokens: Int
        /// How far it moves the position of what follows; M-RoPE counts an image's longer side.
        package let positions: Int
        package let identity: MediaIdentity

        package init(start: Int, tokens: Int, positions: Int, identity: MediaIdentity) {
            self.start = start
            self.tokens = tokens
            self.positions = positions
            self.identity = identity
        }

        package var end: Int { start + tokens }
    }

    /// In order, without overlap.
    package private(set) var spans: [Span] = []

    package init() {}

    package var isEmpty: Bool { spans.isEmpty }

    /// Adds a chunk behind the others.
    package mutating func append(_ span: Span) {
        precondition(span.tokens > 0 && span.start >= (spans.last?.end ?? 0), "media overlap")
        spans.append(span)
    }

    /// The position of the token at an index, which is no index inside of a chunk.
    package func position(of index: Int) -> Int {
        var position = index
        for span in spans where span.end <= index { position += span.positions - span.tokens }
        return position
    }

    /// The largest index of at most `index` that doesn't cut a chunk.
    package func boundary(atMost index: Int) -> Int {
        spans.first { $0.start < index && index < $0.end }?.start ?? index
    }

    /// Drops what the tokens don't hold any more.
    package mutating func trim(to tokens: [Int32]) {
        while let last = spans.last, last.end > tokens.count || tokens[last.start] != last.identity.id {
            spans.removeLast()
        }
    }
}
