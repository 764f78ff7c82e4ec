// SPDX-License-Identifier: MIT

/// A text that is embedded piece by piece, with a step of all generations between: it has media, or is longer than a
/// step.
struct LongText {
    /// What is computed at once.
    enum Piece {
        /// Tokens of text.
        case text(Range<Int>)
        case media(MediaChunk)
    }

    let text: Prompt
    /// The slot whose sequence it has meanwhile.
    let slot: Int
    /// Tokens that are computed.
    private(set) var done = 0
    /// Where media lie among those.
    private(set) var layout = MediaLayout()

    init(_ text: Prompt, slot: Int) {
        self.text = text
        self.slot = slot
    }

    var isComplete: Bool { done == text.tokens.count }

    /// The next piece.
    /// - Parameter limit: tokens of text in one step.
    func next(limit: Int) -> Piece {
        let media = text.media.first { $0.span.start >= done }
        if let media, media.span.start == done { return .media(media) }
        return .text(done..<min(done + limit, media?.span.start ?? text.tokens.count))
    }

    /// The next piece has been computed.
    mutating func finish(_ piece: Piece) {
        switch piece {
        case .text(let range): done = range.upperBound
        case .media(let chunk):
            done = chunk.span.end
            layout.append(chunk.span)
        }
    }
}
