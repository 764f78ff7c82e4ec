// SPDX-License-Identifier: MIT

/// Samplers that choose where the model is computed.
extension EngineLoop {
    /// Has the context's graph choose for those slots whose generations want it, and for no others.
    mutating func offloadSamplers() {
        for index in offloaded.indices {
            guard let sampler = offloaded[index], slots[index].generation?.offloadedSampler !== sampler else {
                continue
            }
            // A step that nobody has waited for may still use it.
            context.synchronize()
            context.detach(sampler, from: slots[index].sequence)
            offloaded[index] = nil
        }
        guard mayOffload else { return }
        for index in slots.indices where offloaded[index] == nil {
            guard let sampler = slots[index].generation?.offloadedSampler else { continue }
            guard context.attach(sampler, to: slots[index].sequence) else {
                // Its devices can't, whoever asks.
                mayOffload = false
                return
            }
            offloaded[index] = sampler
        }
    }
}

extension ActiveGeneration {
    /// Its sampler, if that may choose where the model is computed: probabilities before the samplers aren't known then.
    var offloadedSampler: Sampler? {
        let sampler = request.sampler
        guard sampler.offloads, !request.reportsPrompt,
            request.topLogProbabilities == nil || sampler.reportsSampledProbabilities
        else { return nil }
        return sampler
    }
}
