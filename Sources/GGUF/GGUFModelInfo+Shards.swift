// SPDX-License-Identifier: MIT

import Platform

extension GGUFModelInfo {
    /// Joins what the shards of one model say, given in their order: the first describes the model, sizes are added.
    ///
    /// - Throws: `shardMismatch` where a shard is missing, out of place or of another model, `malformed` for none at all.
    package init(shards: [GGUFModelInfo]) throws(GGUFError) {
        guard var joined = shards.first else { throw GGUFError(.malformed, "a model without files") }
        for (index, shard) in shards.enumerated() where shards.count > 1 || shard.split != nil {
            guard let split = shard.split else {
                throw GGUFError(.shardMismatch, "shard \(index + 1) of \(shards.count) does not say that it is one")
            }
            guard split.count == shards.count else {
                throw GGUFError(
                    .shardMismatch,
                    "shard \(index + 1) of \(shards.count) says that it is one of \(split.count)"
                )
            }
            guard split.index == index else {
                throw GGUFError(
                    .shardMismatch,
                    "shard \(index + 1) of \(shards.count) says that it is number \(split.index.addingSaturating(1))"
                )
            }
        }
        for shard in shards.dropFirst() {
            joined.parameterCount = joined.parameterCount.addingSaturating(shard.parameterCount)
            joined.tensorCount = joined.tensorCount.addingSaturating(shard.tensorCount)
            joined.byteCount = joined.byteCount.addingSaturating(shard.byteCount)
            joined.bytesByType.merge(shard.bytesByType) { $0.addingSaturating($1) }
        }
        if let expected = joined.split?.tensorCount, expected != joined.tensorCount {
            throw GGUFError(
                .shardMismatch,
                "the shards hold \(joined.tensorCount) tensors, the first says that there are \(expected)"
            )
        }
        joined.split = nil
        self = joined
    }

    /// Reads the headers of the shards at `paths`, in their order.
    ///
    /// - Throws: as ``GGUFHeader/init(path:limits:)`` and ``init(shards:)``.
    package init(shardPaths paths: [String], limits: GGUFLimits = GGUFLimits()) throws(GGUFError) {
        var shards: [GGUFModelInfo] = []
        for path in paths { shards.append(try GGUFModelInfo(path: path, limits: limits)) }
        try self.init(shards: shards)
    }
}
