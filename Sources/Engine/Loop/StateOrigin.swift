// SPDX-License-Identifier: MIT

import Platform
import StateStore
import Wire

/// What states are computed with: a state is of use only where this is the same.
struct StateOrigin {
    private static let samples = 64
    private static let sampleBytes = 4096

    private let base: Checksum

    /// - Parameters:
    ///   - model: how the model was loaded.
    ///   - facts: what it turned out to be.
    ///   - context: how it is computed.
    ///   - projector: what reads pictures and sounds.
    init(_ model: ModelOptions, _ facts: ModelFacts, _ context: ContextOptions, _ projector: ProjectorOptions?) {
        var sum = Checksum()
        sum.add("\(facts)")
        sum.add(model.overrides.joined(separator: "\n"))
        sum.add("\(context.cacheTypeK) \(context.cacheTypeV) \(context.keepsWholeWindow)")
        // A state lists the buffers of its context, of which each sequence has one where they don't share.
        sum.add("\(context.unified ? 1 : context.sequences)")
        let scaling = context.ropeScaling.map { "\($0)" } ?? "model"
        sum.add("\(scaling) \(context.ropeFrequencyBase) \(context.ropeFrequencyScale) \(context.yarnOriginalContext)")
        sum.add("\(context.yarnExtrapolation) \(context.yarnAttention) \(context.yarnBetaFast) \(context.yarnBetaSlow)")
        Self.sample(model.path, &sum)
        if let projector { Self.sample(projector.path, &sum) }
        base = sum
    }

    /// What a draft model's states are computed with.
    init(_ draft: DraftModel) {
        self.init(draft.origin.model, draft.origin.facts, draft.origin.context, nil)
    }

    /// A number that is the same where the same was computed with these adapters.
    func fingerprint(with adapters: AdapterUse) -> UInt64 {
        var sum = base
        sum.add("\(adapters.scales) \(adapters.scales.isEmpty ? 0 : adapters.start)")
        return sum.value
    }

    /// A number for what lasts: it differs where another build computes, or with other adapters or control vectors, and not with the
    /// scales of a request.
    /// - Parameter options: name adapters and control vectors; nil without any.
    func lastingFingerprint(_ options: EngineOptions? = nil) -> UInt64 {
        var sum = base
        sum.add("\(EngineRuntime.version) \(Version.current)")
        for adapter in options?.adapters ?? [] { Self.sample(adapter.path, &sum) }
        if let steering = options?.steering {
            sum.add("\(steering)")
            for vector in steering.vectors { Self.sample(vector.path, &sum) }
        }
        return sum.value
    }

    /// Adds blocks from all over a file: models of one kind differ in their weights only, and reading all would take as
    /// long as a load.
    private static func sample(_ path: String, _ sum: inout Checksum) {
        guard let file = fopen(path, "rb") else { return }
        defer { fclose(file) }
        guard fseek(file, 0, SEEK_END) == 0 else { return }
        let size = max(0, ftell(file))
        sum.add(UInt64(size))
        var block = [UInt8](repeating: 0, count: sampleBytes)
        for index in 0..<samples {
            let place = max(0, size - sampleBytes) / (samples - 1) * index
            guard fseek(file, place, SEEK_SET) == 0 else { return }
            let count = fread(&block, 1, sampleBytes, file)
            block.withUnsafeBytes { sum.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
