// SPDX-License-Identifier: MIT

import Engine
import Wire

/// llama-server's `generation_settings`: what a request was sampled with.
enum SettingsReport {
    static func json(
        _ sampling: SamplingParameters,
        maxTokens: Int?,
        stops: [String],
        streams: Bool,
        probabilities: Int?
    ) -> JSONValue {
        let limit = JSONValue.integer(Int64(maxTokens ?? -1))
        return [
            "seed": .integer(Int64(sampling.seed ?? UInt32.max)),
            "temperature": .number(Double(sampling.temperature)),
            "top_k": .integer(Int64(sampling.topK)),
            "top_p": .number(Double(sampling.topP)),
            "min_p": .number(Double(sampling.minP)),
            "repeat_last_n": .integer(Int64(sampling.repeatLast)),
            "repeat_penalty": .number(Double(sampling.repeatPenalty)),
            "presence_penalty": .number(Double(sampling.presencePenalty)),
            "frequency_penalty": .number(Double(sampling.frequencyPenalty)),
            "stop": .array(stops.map(JSONValue.string)),
            "max_tokens": limit,
            "n_predict": limit,
            "stream": .bool(streams),
            "n_probs": .integer(Int64(probabilities ?? 0)),
            "grammar": .string(sampling.grammar ?? ""),
            "logit_bias": .array(
                sampling.biases.map { ["token": .integer(Int64($0.token)), "bias": .number(Double($0.value))] }
            ),
            "samplers": ["penalties", "top_k", "top_p", "min_p", "temperature"],
        ]
    }
}
