// SPDX-License-Identifier: MIT

/// Samplers that choose where the model is computed.
extension EngineLoop {
    /// Has the context's graph choose for those slots whose generations want it, and for no others.
    mutating func offloadSamplers() {
        for index in offloaded.indices {
            guard let sampler = offloaded[index], offloadedSampler(of: index) !== sampler else { continue }
            // A step that hasn't been waited for may still use it.
            context.synchronize()
            context.detach(sampler, from: Int32(index))
            offloaded[index] = nil
        }
        guard mayOffload else { return }
        for index in offloaded.indices where offloaded[index] == nil {
            guard let sampler = offloadedSampler(of: index) else { continue }
            guard context.attach(sampler, to: Int32(index)) else {
                // Its devices can't, whatever asks.
                mayOffload = false
                return
            }
            offloaded[index] = sampler
        }
    }

    /// The sampler of a slot's generation, if it may choose where the model is computed: probabilities before the samplers aren't
    /// known then.
    private func offloadedSampler(of slot: Int) -> Sampler? {
        guard let id = state.slots[slot].generation?.id, let request = generations[id]?.request,
            request.sampler.offloads, !request.order.reportsPrompt,
            request.order.topLogProbabilities == nil || request.sampler.reportsSampledProbabilities
        else { return nil }
        return request.sampler
    }
}
