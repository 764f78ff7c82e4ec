// SPDX-License-Identifier: MIT

import CLlama

/// Proposes tokens for the sequences of a context (llama-common's `common_speculative`). Used by the engine's thread.
final class Speculator {
    /// Tokens that a proposal has at most.
    let limit: Int
    /// What proposes.
    let kinds: [SpeculationKind]
    let draft: DraftModel?
    /// How likely tokens are accepted by position, whatever the model says; empty where the model decides.
    let synthetic: [Double]
    private let handle: OpaquePointer

    /// - Parameter context: that of the model that checks; it is empty afterwards.
    /// - Throws: `notSupported` for a context without a cache; `loadFailed`.
    init(
        _ options: SpeculationOptions,
        for context: borrowing Context,
        _ contextOptions: ContextOptions
    ) throws(EngineError) {
        guard context.hasCache else {
            throw EngineError(.notSupported, "the model has no cache, which checking proposals needs")
        }
        let draft: DraftModel? =
            if let wanted = options.draft {
                try DraftModel(wanted, beside: context, contextOptions)
            } else { nil }
        var raw = Self.raw(options)
        raw.sequences = contextOptions.sequences
        let made = CStrings.lend(options.kinds.map(\.rawValue)) { kinds, count in
            raw.kinds = kinds
            raw.kind_count = count
            return options.syntheticRates.withUnsafeBufferPointer { rates in
                raw.synthetic_rates = rates.baseAddress
                raw.synthetic_rate_count = Int32(rates.count)
                return Self.lend(options, &raw) { eh_speculator_create(context.handle, draft?.context.handle, &$0) }
            }
        }
        guard let made else { throw .last(.loadFailed, "speculative decoding could not be set up") }
        handle = made
        limit = Int(eh_speculator_max(made))
        kinds = options.kinds
        var rates: UnsafePointer<Double>?
        let count = eh_speculator_synthetic(made, &rates)
        synthetic = Array(UnsafeBufferPointer(start: rates, count: Int(count)))
        self.draft = draft
    }

    deinit {
        eh_speculator_free(handle)
    }

    /// Lends the files' paths to a call, too.
    private static func lend(
        _ options: SpeculationOptions,
        _ raw: inout eh_speculator_options,
        to body: (inout eh_speculator_options) -> OpaquePointer?
    ) -> OpaquePointer? {
        // An empty path stands for none, so that there is one way for all.
        (options.lookupStatic ?? "").withCString { fixed in
            (options.lookupDynamic ?? "").withCString { changing in
                raw.lookup_static = options.lookupStatic == nil ? nil : fixed
                raw.lookup_dynamic = options.lookupDynamic == nil ? nil : changing
                return body(&raw)
            }
        }
    }

    private static func raw(_ options: SpeculationOptions) -> eh_speculator_options {
        var raw = eh_speculator_options()
        raw.draft_max = options.draftMax
        raw.draft_min = options.draftMin
        raw.draft_backend_sampling = options.draftChoosesOnDevice
        raw.draft_p_min = options.draftLeastProbability
        raw.mod_match = options.modMatch
        raw.mod_max = options.modMax
        raw.mod_min = options.modMin
        raw.simple = Self.raw(options.simple)
        raw.map_k = Self.raw(options.mapK)
        raw.map_k4v = Self.raw(options.mapK4V)
        raw.synthetic_length = options.syntheticLength ?? -1
        return raw
    }

    private static func raw(_ options: NgramOptions) -> eh_ngram_options {
        eh_ngram_options(key: options.key, value: options.value, min_hits: options.minHits)
    }

    /// A generation begins behind these tokens, or has other tokens behind it than before.
    func begin(_ sequence: Int32, behind tokens: [Int32]) {
        _ = eh_speculator_begin(handle, sequence, tokens, Int32(tokens.count))
    }

    /// Has the draft model compute tokens.
    /// - Returns: false if there was no room for them.
    func compute(_ batch: Batch) -> Bool {
        eh_speculator_compute(handle, Int32(batch.count), batch.tokens, batch.positions, batch.sequences)
    }

    /// Proposes tokens.
    /// - Returns: by wish, empty where there are none.
    func propose(_ wishes: [ProposalWish]) -> [[Int32]] {
        // One buffer for all: the histories, then room for the proposals.
        var buffer = wishes.flatMap(\.history)
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: wishes.reduce(0) { $0 + $1.limit }))
        return buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return wishes.map { _ in [] } }
            var history = base
            var room = base + start
            var raw: [eh_proposal] = []
            for wish in wishes {
                raw.append(
                    eh_proposal(
                        sequence: wish.sequence,
                        history: history,
                        history_count: Int32(wish.history.count),
                        last: wish.last,
                        tokens: room,
                        limit: Int32(wish.limit),
                        count: 0
                    )
                )
                history += wish.history.count
                room += wish.limit
            }
            guard eh_speculator_propose(handle, &raw, Int32(raw.count)) else { return wishes.map { _ in [] } }
            return raw.map { Array(UnsafeBufferPointer(start: $0.tokens, count: Int($0.count))) }
        }
    }

    /// Says how many tokens of a sequence's last proposal were right.
    func accepted(_ sequence: Int32, _ count: Int) {
        _ = eh_speculator_accepted(handle, sequence, Int32(count))
    }
}
