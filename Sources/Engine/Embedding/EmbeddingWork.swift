// SPDX-License-Identifier: MIT

/// The job in work: what of it is done.
package struct EmbeddingWork {
    let job: EmbeddingJob
    private(set) var rows: [EmbeddingJob.Rows] = []
    /// The text that is computed piece by piece; nil where all are computed at once.
    var long: LongText?

    package init(_ job: EmbeddingJob) {
        self.job = job
    }

    package var isComplete: Bool { rows.count == job.texts.count }

    /// The texts that are computed next, together.
    /// - Parameters:
    ///   - sequences: how many there may be.
    ///   - tokens: how many tokens they may have in all; a single text may have more.
    package func next(sequences: Int, tokens: Int) -> [Prompt] {
        var texts: [Prompt] = []
        var sum = 0
        for text in job.texts[rows.count...].prefix(sequences) {
            // One with media is computed piece by piece, and so alone.
            guard texts.isEmpty || sum + text.tokens.count <= tokens && text.media.isEmpty else { break }
            texts.append(text)
            sum += text.tokens.count
            if !text.media.isEmpty { break }
        }
        return texts
    }

    /// Takes the rows of the next text.
    package mutating func append(_ rows: EmbeddingJob.Rows) {
        self.rows.append(rows)
    }
}
