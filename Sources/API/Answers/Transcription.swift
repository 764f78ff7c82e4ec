// SPDX-License-Identifier: MIT

import Wire

/// What is said in a sound, in OpenAI's words.
package struct Transcription: APIResource {
    /// Tokens in the words of OpenAI's transcriptions.
    package struct Usage: APIResource {
        package var kind = "tokens"
        package var input = 0
        package var output = 0
        package var total = 0
        package var details = UsageResource.PromptDetails()

        package init() {}

        package init(input: Int, output: Int, cached: Int) {
            self.input = input
            self.output = output
            total = input + output
            details.cached = cached
        }

        package static let fields: [APIField<Self>] = [
            .always("type", \.kind, .words("tokens")), .always("input_tokens", \.input, .count),
            .always("output_tokens", \.output, .count), .always("total_tokens", \.total, .count),
            .usual("input_tokens_details", \.details),
        ]
    }

    /// A part of the text, with its seconds in the sound.
    package struct Segment: APIResource {
        package var id = 0
        package var seek = 0
        package var start = 0.0
        package var end = 0.0
        package var text = ""
        package var tokens: [Int] = []
        package var temperature = 0.0
        package var averageLogProbability = 0.0
        package var compressionRatio = 1.0
        package var noSpeechProbability = 0.0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("id", \.id, .count), .usual("seek", \.seek), .always("start", \.start), .always("end", \.end),
            .always("text", \.text), .usual("tokens", \.tokens), .usual("temperature", \.temperature),
            .usual("avg_logprob", \.averageLogProbability), .usual("compression_ratio", \.compressionRatio),
            .usual("no_speech_prob", \.noSpeechProbability),
        ]
    }

    package static let component: String? = "Transcription"

    package var kind = "transcript.text.done"
    package var text = ""
    /// Those to the next are of `verbose_json`.
    package var task: String?
    package var language: String?
    /// Seconds.
    package var duration: Double?
    package var segments: [Segment]?
    package var usage = Usage()

    package init() {}

    package static let fields: [APIField<Self>] = [
        .usual("type", \.kind, .words("transcript.text.done")), .always("text", \.text),
        .maybe("task", \.task, .words("transcribe")), .maybe("language", \.language), .maybe("duration", \.duration),
        .maybe("segments", \.segments), .usual("usage", \.usage),
    ]
}
