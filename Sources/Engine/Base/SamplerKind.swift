// SPDX-License-Identifier: MIT

/// One step of the choice of a token. The raw value is llama-common's letter for it.
package enum SamplerKind: Character, Sendable, CaseIterable {
    case penalties = "e"
    case dry = "d"
    case topNSigma = "s"
    case topK = "k"
    case typical = "y"
    case topP = "p"
    case minP = "m"
    case xtc = "x"
    case temperature = "t"
    case infill = "i"
    case adaptive = "a"

    /// llama-server's order.
    package static let standard: [SamplerKind] = [
        .penalties, .dry, .topNSigma, .topK, .typical, .topP, .minP, .xtc, .temperature,
    ]

    /// llama-server's name.
    package var name: String {
        switch self {
        case .penalties: "penalties"
        case .dry: "dry"
        case .topNSigma: "top_n_sigma"
        case .topK: "top_k"
        case .typical: "typ_p"
        case .topP: "top_p"
        case .minP: "min_p"
        case .xtc: "xtc"
        case .temperature: "temperature"
        case .infill: "infill"
        case .adaptive: "adaptive_p"
        }
    }

    /// The sampler with that name: llama-server's own, also with dashes or without anything between the words, in
    /// either case, and the short forms of some.
    package init?(named text: String) {
        guard let found = Self.byName[text.lowercased().filter { $0 != "-" && $0 != "_" }] else { return nil }
        self = found
    }

    private static let byName: [String: SamplerKind] = {
        var result = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name.filter { $0 != "_" }, $0) })
        result["nucleus"] = .topP
        result["temp"] = .temperature
        result["typ"] = .typical
        result["typical"] = .typical
        result["typicalp"] = .typical
        return result
    }()
}
