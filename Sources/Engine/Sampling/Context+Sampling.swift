// SPDX-License-Identifier: MIT

import CLlama

extension Context {
    /// Makes `decode` choose for a sequence as well, until the sampler is detached.
    /// - Returns: false if the model is computed in a way that doesn't allow it.
    func attach(_ sampler: Sampler, to sequence: Int32) -> Bool { eh_sampler_attach(sampler.handle, handle, sequence) }

    /// The end of that; the sampler goes on by itself.
    func detach(_ sampler: Sampler, from sequence: Int32) { eh_sampler_detach(sampler.handle, handle, sequence) }

    /// Chooses the token that follows the batch's entry `index`; the sampler is to be told which one it becomes.
    /// - Throws: `invalidRequest` where that is the grammar's fault, `decodeFailed` otherwise.
    func choose(_ sampler: Sampler, at index: Int) throws(EngineError) -> Int32 {
        let token = eh_sampler_choose(sampler.handle, handle, Int32(index))
        guard token < 0 else { return token }
        guard sampler.hasGrammar else { throw .last(.decodeFailed, "no token could be chosen") }
        throw .last(.invalidRequest, "the grammar cannot be followed")
    }

    /// How likely a token was behind the batch's entry `index`, beside the `count` likeliest.
    /// - Throws: `decodeFailed`.
    func logProbabilities(of token: Int32, at index: Int, count: Int) throws(EngineError) -> LogProbabilities {
        var chosen: Float = 0
        var tokens = [Int32](repeating: 0, count: count)
        var values = [Float](repeating: 0, count: count)
        let written = eh_log_probabilities(handle, Int32(index), token, &chosen, Int32(count), &tokens, &values)
        guard written >= 0 else { throw .last(.decodeFailed, "no probabilities") }
        let top = (0..<Int(written)).map { LogProbabilities.Candidate(token: tokens[$0], value: values[$0]) }
        return LogProbabilities(chosen: chosen, top: top)
    }

    /// How likely the chosen token at the batch's entry `index` was, beside the `count` likeliest: after the samplers if
    /// the sampler was made for that, else before.
    /// - Throws: `decodeFailed`.
    func probabilities(
        of token: Int32,
        sampler: Sampler,
        at index: Int,
        count: Int
    ) throws(EngineError) -> LogProbabilities {
        var chosen: Float = 0
        var tokens = [Int32](repeating: 0, count: count)
        var values = [Float](repeating: 0, count: count)
        let areSampled = sampler.reportsSampledProbabilities
        let written =
            areSampled
            ? eh_sampler_probabilities(sampler.handle, token, &chosen, Int32(count), &tokens, &values)
            : eh_log_probabilities(handle, Int32(index), token, &chosen, Int32(count), &tokens, &values)
        guard written >= 0 else { throw .last(.decodeFailed, "no probabilities") }
        let top = (0..<Int(written)).map { LogProbabilities.Candidate(token: tokens[$0], value: values[$0]) }
        return LogProbabilities(chosen: chosen, top: top, areSampled: areSampled)
    }
}
