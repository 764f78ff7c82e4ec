// SPDX-License-Identifier: MIT

import CLlama

/// A loaded model: its weights and its vocabulary.
///
/// `@unchecked Sendable`: the engine never changes a model after it is loaded, and reads it from several threads itself.
package final class Model: @unchecked Sendable {
    let handle: OpaquePointer
    package let facts: ModelFacts
    /// What was changed so that it fits; nil if nothing was to be.
    package let fit: FitOutcome?
    /// Special tokens; nil where the vocabulary has none.
    package let bos: Int32?
    package let eos: Int32?
    /// All tokens that end a generation.
    package let endTokens: [Int32]
    /// How its makers want tokens chosen.
    package let sampling: FileSampling

    /// Loads a GGUF file.
    /// - Parameters:
    ///   - fitting: what may be changed so that the model fits; nil for nothing.
    ///   - progress: gets 0 to 1 from the calling thread; returning false gives up.
    /// - Throws: `loadFailed`.
    package init(
        _ options: ModelOptions,
        fitting: (any Fitting)? = nil,
        progress: @escaping (Float) -> Bool
    ) throws(EngineError) {
        for server in options.servers { try EngineRuntime.connect(server) }
        let box = ProgressBox(progress)
        var fitted: eh_fit_result?
        let loaded = withExtendedLifetime(box) {
            options.lend { raw in
                var raw = raw
                raw.progress = { value, user in
                    guard let user else { return true }
                    return Unmanaged<ProgressBox>.fromOpaque(user).takeUnretainedValue().report(value)
                }
                raw.progress_user = Unmanaged.passUnretained(box).toOpaque()
                guard let fitting else { return eh_model_load(options.path, &raw) }
                return fitting.lend { fit in
                    withUnsafePointer(to: fit) { fit in
                        var result = eh_fit_result()
                        defer { fitted = result }
                        return withUnsafeMutablePointer(to: &result) { result in
                            raw.fit = fit
                            raw.fit_result = result
                            return eh_model_load(options.path, &raw)
                        }
                    }
                }
            }
        }
        guard let loaded else { throw .last(.loadFailed, "the model could not be loaded") }
        handle = loaded
        let facts = Self.facts(of: loaded)
        self.facts = facts
        fit = fitted.flatMap { FitOutcome($0, facts: facts, options: options, context: fitting?.context) }
        let first = eh_token_bos(loaded)
        let last = eh_token_eos(loaded)
        bos = first >= 0 ? first : nil
        eos = last >= 0 ? last : nil
        endTokens = (0..<facts.vocabularySize).filter { eh_token_is_end(loaded, $0) }
        sampling = FileSampling { String(owned: eh_model_metadata(loaded, $0)) }
    }

    deinit {
        eh_model_free(handle)
    }

    /// Whether the token ends a generation.
    func isEnd(_ token: Int32) -> Bool {
        eh_token_is_end(handle, token)
    }

    private static func facts(of handle: OpaquePointer) -> ModelFacts {
        var raw = eh_model_facts()
        eh_model_get_facts(handle, &raw)
        return ModelFacts(
            bytes: raw.bytes,
            parameters: raw.parameters,
            vocabularyType: raw.vocab_type,
            vocabularySize: raw.vocab_size,
            trainedContext: raw.trained_context,
            embeddingLength: raw.embedding,
            layers: raw.layers,
            slidingWindow: raw.sliding_window,
            addsBOS: raw.adds_bos,
            hasDecoder: raw.has_decoder,
            description: String(owned: eh_model_description(handle)) ?? ""
        )
    }
}

/// Carries the progress closure through a C pointer for the time of one load.
private final class ProgressBox {
    let report: (Float) -> Bool

    init(_ report: @escaping (Float) -> Bool) {
        self.report = report
    }
}
