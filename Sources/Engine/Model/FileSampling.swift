// SPDX-License-Identifier: MIT

/// How a model's makers want tokens chosen, as the file says it (`general.sampling.*`): the defaults of requests and options that
/// don't say otherwise. What is out of range counts as not said.
package struct FileSampling: Sendable, Equatable {
    package var order: [SamplerKind]?
    package var temperature: Float?
    package var topK: Int32?
    package var topP: Float?
    package var minP: Float?
    package var xtcProbability: Float?
    package var xtcThreshold: Float?
    package var repeatLast: Int32?
    package var repeatPenalty: Float?
    package var mirostat: Int32?
    package var mirostatTau: Float?
    package var mirostatEta: Float?

    /// - Parameter value: gives a value of the file's metadata as text; nil for one that it hasn't.
    package init(_ value: (String) -> String?) {
        func number(_ name: String, in range: ClosedRange<Float>) -> Float? {
            guard let text = value("general.sampling.\(name)"), let found = Float(text) else { return nil }
            return range.contains(found) ? found : nil
        }
        func integer(_ name: String, in range: ClosedRange<Int32>) -> Int32? {
            // Some converters write all numbers as fractions.
            guard let text = value("general.sampling.\(name)"),
                let found = Int32(text) ?? Double(text).flatMap({ Int32(exactly: $0) })
            else { return nil }
            return range.contains(found) ? found : nil
        }
        let names = value("general.sampling.sequence")?.split(separator: ";").compactMap {
            SamplerKind(named: String($0))
        }
        order = names.flatMap { $0.isEmpty ? nil : $0 }
        temperature = number("temp", in: 0...Float.greatestFiniteMagnitude)
        topK = integer("top_k", in: -1...Int32.max).map { max($0, 0) }
        topP = number("top_p", in: 0...1)
        minP = number("min_p", in: 0...1)
        xtcProbability = number("xtc_probability", in: 0...1)
        xtcThreshold = number("xtc_threshold", in: 0...1)
        repeatLast = integer("penalty_last_n", in: -1...Int32.max).map { $0 < 0 ? .max : $0 }
        repeatPenalty = number("penalty_repeat", in: 0.01...100)
        mirostat = integer("mirostat", in: 0...2)
        mirostatTau = number("mirostat_tau", in: 0...1_000)
        mirostatEta = number("mirostat_eta", in: 0...1_000)
    }
}
