// SPDX-License-Identifier: MIT

import Engine
import NIOCore
import Wire

/// The choices of one stream while they are made.
struct StreamedChoices<Made: Answer> {
    private var answers: [Made]
    private var summaries: [GenerationSummary?]
    /// Whether all has been said.
    private(set) var isOver = false

    init(_ answers: [Made]) {
        self.answers = answers
        summaries = answers.map { _ in nil }
    }

    /// Whether a choice still goes on.
    func goesOn(_ index: Int) -> Bool { !isOver && summaries[index] == nil }

    /// Takes what happened to a choice.
    /// - Returns: the chunks to stream.
    mutating func take(_ events: [GenerationEvent], of index: Int) -> [ByteBuffer] {
        var chunks: [ByteBuffer] = []
        for event in events where goesOn(index) {
            var bytes: [UInt8]
            do throws(EngineError) {
                switch event {
                case .progress(let progress): bytes = answers[index].progress(progress)
                case .token(let token): bytes = try answers[index].append(token)
                case .finished(let summary):
                    bytes = try answers[index].finish(summary)
                    summaries[index] = summary
                    bytes += end()
                case .failed(let error): throw error
                }
            } catch {
                bytes = Array(APIError(error).event(in: Made.dialect).utf8)
                isOver = true
            }
            if !bytes.isEmpty { chunks.append(ByteBuffer(bytes: bytes)) }
        }
        return chunks
    }

    /// What stands behind the last choice's end.
    private mutating func end() -> [UInt8] {
        let finished = zip(answers, summaries).compactMap { answer, summary in summary.map { (answer, $0) } }
        guard finished.count == answers.count else { return [] }
        isOver = true
        return Made.end(finished)
    }
}
