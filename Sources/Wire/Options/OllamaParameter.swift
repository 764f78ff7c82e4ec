// SPDX-License-Identifier: MIT

/// What Ollama calls a `PARAMETER` of a Modelfile, and an option in a request, beside the option of a preset that says the same.
/// Source of the names: Ollama's `api/types.go`, `Options` and `Runner`.
package struct OllamaParameter: Sendable {
    /// What the value is in JSON.
    package enum Kind: Sendable {
        case integer
        case number
        case flag
        /// A text, or several.
        case texts
    }

    /// Ollama's name.
    package let name: String
    package let option: OptionName
    package let kind: Kind
    /// Whether a worker has to be started with it; others may be said by each request.
    package let isForLoad: Bool

    private init<Value>(_ name: String, _ path: OptionPath<Value>, _ kind: Kind, isForLoad: Bool = false) {
        self.name = name
        option = OptionName(path)
        self.kind = kind
        self.isForLoad = isForLoad
    }

    /// All of them that this server has.
    package static let all: [OllamaParameter] = [
        .init("num_ctx", \.contextSize, .integer, isForLoad: true),
        .init("temperature", \.temperature, .number),
        .init("top_k", \.topK, .integer),
        .init("top_p", \.topP, .number),
        .init("min_p", \.minP, .number),
        .init("typical_p", \.typical, .number),
        .init("repeat_penalty", \.repeatPenalty, .number),
        .init("repeat_last_n", \.repeatLast, .integer),
        .init("presence_penalty", \.presencePenalty, .number),
        .init("frequency_penalty", \.frequencyPenalty, .number),
        .init("mirostat", \.mirostat, .integer),
        .init("mirostat_tau", \.mirostatEntropy, .number),
        .init("mirostat_eta", \.mirostatRate, .number),
        .init("seed", \.seed, .integer),
        .init("num_predict", \.predict, .integer),
        .init("num_keep", \.keep, .integer),
        .init("stop", \.reversePrompt, .texts),
        .init("num_batch", \.batchSize, .integer, isForLoad: true),
        .init("num_gpu", \.gpuLayers, .integer, isForLoad: true),
        .init("main_gpu", \.mainGPU, .integer, isForLoad: true),
        .init("num_thread", \.threads, .integer, isForLoad: true),
        .init("use_mmap", \.mmap, .flag, isForLoad: true),
        .init("use_mlock", \.mlock, .flag, isForLoad: true),
        .init("draft_num_predict", \.specDraftMax, .integer, isForLoad: true),
    ]

    package static func named(_ name: String) -> OllamaParameter? { all.first { $0.name == name } }
}
