// SPDX-License-Identifier: MIT

import CLlama

extension Context {
    /// What it gives, if it was made for embeddings.
    var embeddingFacts: EmbeddingFacts {
        let splits = eh_context_splits_embeddings(handle)
        return EmbeddingFacts(
            pooling: Pooling(rawValue: eh_context_pooling(handle)) ?? .none,
            limit: splits ? sizePerSequence : min(batchSize, sizePerSequence),
            isLimitedByBatch: !splits && batchSize <= sizePerSequence
        )
    }

    /// Whether there is a cache, which generating needs.
    var hasCache: Bool { eh_context_has_cache(handle) }

    /// Chooses what is computed from now on: embeddings or logits.
    func computes(embeddings: Bool) {
        eh_context_set_embeddings(handle, embeddings)
    }

    /// The embedding of a sequence, or, without pooling, of the batch's entry `index`.
    /// - Throws: `decodeFailed`.
    func embedding(of sequence: Int32, at index: Int) throws(EngineError) -> [Float] {
        var capacity: Int32 = 8192
        while true {
            var length: Int32 = 0
            let values = [Float](unsafeUninitializedCapacity: Int(capacity)) { buffer, count in
                length = eh_embedding(handle, sequence, Int32(index), buffer.baseAddress, capacity)
                count = length < 0 || length > capacity ? 0 : Int(length)
            }
            guard length >= 0 else { throw .last(.decodeFailed, "no embedding") }
            if length <= capacity { return values }
            capacity = length
        }
    }
}
