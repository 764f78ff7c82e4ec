// SPDX-License-Identifier: MIT

import CLlama

/// Chooses tokens for one generation and remembers what it chose.
///
/// `@unchecked Sendable`: it is made beside the request and handed over with it; only one thread has it at a time.
package final class Sampler: @unchecked Sendable {
    let handle: OpaquePointer
    /// The seed in use.
    package let seed: UInt32
    private let repeatLast: Int

    /// - Parameter conversation: brings the grammar of its tools or schema.
    /// - Throws: `invalidRequest`, for example for a grammar that cannot be read.
    package init(
        _ parameters: SamplingParameters,
        for model: Model,
        conversation: Conversation?
    ) throws(EngineError) {
        seed = parameters.seed ?? UInt32.random(in: 0..<UInt32.max)
        repeatLast = Int(parameters.repeatLast)
        var raw = sy_sampler_options()
        raw.seed = seed
        raw.temperature = parameters.temperature
        raw.top_k = parameters.topK
        raw.top_p = parameters.topP
        raw.min_p = parameters.minP
        raw.repeat_last = parameters.repeatLast
        raw.repeat_penalty = parameters.repeatPenalty
        raw.frequency_penalty = parameters.frequencyPenalty
        raw.presence_penalty = parameters.presencePenalty
        raw.chat = conversation?.handle
        let biases = parameters.biases.map { sy_bias(token: $0.token, bias: $0.value) }
        let made = biases.withUnsafeBufferPointer { buffer in
            raw.biases = buffer.baseAddress
            raw.bias_count = Int32(buffer.count)
            guard let grammar = parameters.grammar else { return sy_sampler_create(model.handle, &raw) }
            return grammar.withCString { text in
                raw.grammar = text
                return sy_sampler_create(model.handle, &raw)
            }
        }
        guard let made else { throw .last(.invalidRequest, "the sampling parameters cannot be used") }
        handle = made
    }

    deinit {
        sy_sampler_free(handle)
    }

    /// Tells the penalties what stands in the prompt.
    func acceptPrompt(_ tokens: [Int32]) {
        for token in tokens.suffix(repeatLast) {
            _ = sy_sampler_accept(handle, token, false)
        }
    }
}
