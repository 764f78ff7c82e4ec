// SPDX-License-Identifier: MIT

import CLlama

extension ContextOptions {
    /// Lends these to a call in the engine's shape; its pointers are valid in it only.
    func lend<Result>(to body: (eh_context_options) -> Result) -> Result {
        var raw = eh_context_options()
        raw.context = size
        raw.batch = batch
        raw.micro_batch = microBatch
        raw.sequences = sequences
        raw.outputs = outputs
        raw.threads = threads
        raw.threads_batch = threadsBatch
        raw.flash_attention = flashAttention.map { $0 ? 1 : 0 } ?? -1
        raw.unified = unified
        raw.kv_offload = offloadsCache
        raw.op_offload = offloadsOperations
        raw.swa_full = keepsWholeWindow
        raw.rope_scaling = ropeScaling?.rawValue ?? -1
        raw.rope_freq_base = ropeFrequencyBase
        raw.rope_freq_scale = ropeFrequencyScale
        raw.yarn_orig_context = yarnOriginalContext
        raw.yarn_ext_factor = yarnExtrapolation
        raw.yarn_attn_factor = yarnAttention
        raw.yarn_beta_fast = yarnBetaFast
        raw.yarn_beta_slow = yarnBetaSlow
        raw.embeddings = givesEmbeddings
        raw.counts_time = countsTime
        raw.rollback = rollback
        raw.pooling = pooling?.rawValue ?? -1
        return cacheTypeK.withCString { typeK in
            cacheTypeV.withCString { typeV in
                raw.cache_type_k = typeK
                raw.cache_type_v = typeV
                return body(raw)
            }
        }
    }
}
