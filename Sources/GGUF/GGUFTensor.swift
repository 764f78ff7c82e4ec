// SPDX-License-Identifier: MIT

/// One tensor's description; the data itself is never read.
package struct GGUFTensor: Sendable, Equatable {
    /// The tensor's name, such as `blk.0.attn_q.weight`.
    package let name: String
    /// How the elements are stored.
    package let type: GGMLType
    /// The elements along each dimension, at most four, the fastest first. None at all means one element.
    package let dimensions: [UInt64]
    /// Where the data starts, in bytes from the header's ``GGUFHeader/dataOffset``.
    package let offset: UInt64
    /// The product of the dimensions.
    package let elementCount: UInt64
    /// The bytes that the data takes, without padding.
    package let byteCount: UInt64
}
