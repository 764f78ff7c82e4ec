// SPDX-License-Identifier: MIT

import Engine
import Wire

extension FileSampling {
    /// The defaults of requests: what the options say, then what the file says.
    /// - Parameters:
    ///   - sampling: as the options say, or as it is by itself.
    ///   - given: the options that were given.
    func under(_ sampling: SamplingParameters, given: Set<OptionName>) -> SamplingParameters {
        var result = sampling
        func take<Value, each Option: Sendable>(
            _ value: Value?,
            _ path: WritableKeyPath<SamplingParameters, Value>,
            unless options: repeat OptionPath<each Option>
        ) {
            guard let value, given.isDisjoint(with: OptionName.list(repeat each options)) else { return }
            result[keyPath: path] = value
        }
        take(order, \.order, unless: \.samplers, \.samplerSequence)
        take(temperature, \.temperature, unless: \.temperature)
        take(topK, \.topK, unless: \.topK)
        take(topP, \.topP, unless: \.topP)
        take(minP, \.minP, unless: \.minP)
        take(xtcProbability, \.xtcProbability, unless: \.xtcProbability)
        take(xtcThreshold, \.xtcThreshold, unless: \.xtcThreshold)
        take(repeatLast, \.repeatLast, unless: \.repeatLast)
        take(repeatPenalty, \.repeatPenalty, unless: \.repeatPenalty)
        take(mirostat, \.mirostat, unless: \.mirostat)
        take(mirostatTau, \.mirostatTau, unless: \.mirostatEntropy)
        take(mirostatEta, \.mirostatEta, unless: \.mirostatRate)
        return result
    }
}
