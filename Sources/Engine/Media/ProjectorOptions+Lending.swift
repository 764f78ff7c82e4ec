// SPDX-License-Identifier: MIT

import CLlama

extension ProjectorOptions {
    /// Lends these to a call in the engine's shape; its pointers are valid in it only.
    /// - Parameter context: that of the model.
    func lend<Result>(beside context: ContextOptions, to body: (eh_projector_options) -> Result) -> Result {
        var raw = eh_projector_options()
        raw.gpu = usesGPU
        raw.threads = context.threadsBatch
        raw.flash_attention = context.flashAttention.map { $0 ? 1 : 0 } ?? -1
        raw.image_min_tokens = imageMinTokens ?? -1
        raw.image_max_tokens = imageMaxTokens ?? -1
        raw.warmup = warmsUp
        return marker.withCString { marker in
            raw.marker = marker
            guard let device else { return body(raw) }
            return device.withCString { device in
                raw.device = device
                return body(raw)
            }
        }
    }
}
