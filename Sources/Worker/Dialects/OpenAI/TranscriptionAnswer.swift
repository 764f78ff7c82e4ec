// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// OpenAI's transcription.
struct TranscriptionAnswer: Answer {
    private let format: TranscriptionFields.Format
    private let language: String?
    /// Seconds of the sound.
    private let duration: Double
    private let template = ChunkTemplate { ["type": "transcript.text.delta", "delta": $0] }
    private var reader: MessageReader

    init(_ fields: TranscriptionFields, conversation: Conversation) {
        format = fields.format
        language = fields.language
        duration = fields.sound.seconds ?? 0
        reader = MessageReader(conversation)
    }

    mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8] {
        delta(of: try reader.append(token.text))
    }

    mutating func collect(_ token: GeneratedToken) {
        reader.collect(token.text)
    }

    mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8] {
        delta(of: try reader.finish(summary)) + .event(whole(summary))
    }

    static func end(_ choices: [Finished]) -> [UInt8] { .done }

    static func plainText(_ choices: [Finished]) -> [UInt8]? {
        guard let answer = choices.first?.answer, answer.format == .text else { return nil }
        return Array((answer.reader.message.content + "\n").utf8)
    }

    static func whole(_ choices: [Finished]) -> JSONValue {
        choices.first.map { $0.answer.whole($0.summary) } ?? .null
    }

    private func delta(of deltas: [JSONValue]) -> [UInt8] {
        deltas.compactMap { $0["content"]?.string }.filter { !$0.isEmpty }.flatMap { template.bytes(Array($0.utf8)) }
    }

    private func whole(_ summary: GenerationSummary) -> JSONValue {
        var answer = Transcription()
        answer.text = reader.message.content
        if format == .verbose {
            // The model gives no times: all of it is one segment.
            var segment = Transcription.Segment()
            segment.end = duration
            segment.text = answer.text
            answer.task = "transcribe"
            answer.language = language ?? ""
            answer.duration = duration
            answer.segments = [segment]
        }
        answer.usage = .init(
            input: summary.promptTokens,
            output: summary.generatedTokens,
            cached: summary.cachedTokens
        )
        return answer.json
    }
}
