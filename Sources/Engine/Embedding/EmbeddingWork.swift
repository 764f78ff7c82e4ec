// SPDX-License-Identifier: MIT

/// The job in work: what of it is done.
package struct EmbeddingWork {
    let job: EmbeddingJob
    private(set) var rows: [EmbeddingJob.Rows] = []

    package init(_ job: EmbeddingJob) {
        self.job = job
    }

    package var isComplete: Bool { rows.count == job.texts.count }

    /// The texts that are computed next, together.
    /// - Parameters:
    ///   - sequences: how many there may be.
    ///   - tokens: how many tokens they may have in all; a single text may have more.
    package func next(sequences: Int, tokens: Int) -> [[Int32]] {
        var texts: [[Int32]] = []
        var sum = 0
        for text in job.texts[rows.count...].prefix(sequences) {
            guard texts.isEmpty || sum + text.count <= tokens else { break }
            texts.append(text)
            sum += text.count
        }
        return texts
    }

    /// Takes the rows of the next text.
    package mutating func append(_ rows: EmbeddingJob.Rows) {
        self.rows.append(rows)
    }
}
