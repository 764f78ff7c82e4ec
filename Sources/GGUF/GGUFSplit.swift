// SPDX-License-Identifier: MIT

/// A file's place among the shards of one model.
package struct GGUFSplit: Sendable, Equatable {
    /// The shard's number, from 0.
    package let index: UInt64
    /// How many shards there are.
    package let count: UInt64
    /// The tensors of all shards together, or nil where the file does not say.
    package let tensorCount: UInt64?

    package init(index: UInt64, count: UInt64, tensorCount: UInt64? = nil) {
        self.index = index
        self.count = count
        self.tensorCount = tensorCount
    }

    /// The place that the header names, or nil for a file that is no shard.
    init?(header: GGUFHeader) {
        guard let count = header.count("split.count"), count > 1 else { return nil }
        self.init(
            index: header.count("split.no") ?? 0,
            count: count,
            tensorCount: header.count("split.tensors.count")
        )
    }
}
