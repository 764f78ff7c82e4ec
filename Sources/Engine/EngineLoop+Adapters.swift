// SPDX-License-Identifier: MIT

/// LoRA adapters: all that is computed in one step is computed with the same ones.
extension EngineLoop {
    /// What requests that don't say otherwise are computed with, where there is no prompt for adapters to wait in.
    var standardAdapters: AdapterUse {
        AdapterUse(zip(adapters, adapterScales.current).map { $0.invocation.isEmpty ? $1 : 0 })
    }

    /// The scales of those whose turn it is: the slot that was computed longest ago, and all others with the same ones.
    func nextScales() -> [Float] {
        guard !adapters.isEmpty else { return [] }
        return slots.filter { $0.need != nil }.min { $0.lastUsed < $1.lastUsed }?.nextScales ?? []
    }

    /// Makes what is computed next use adapters with these scales.
    func apply(_ scales: [Float]) {
        guard !adapters.isEmpty else { return }
        context.use(adapters, scales: scales.isEmpty ? adapters.map { _ in 0 } : scales)
    }
}
