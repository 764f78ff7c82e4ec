// SPDX-License-Identifier: MIT

/// Upper bounds for one header, far above any honest file and small enough to be harmless.
///
/// Every length is also checked against what is left of the file; these bounds hold for files that are really that large.
package struct GGUFLimits: Sendable, Equatable {
    /// Bytes from the file's start to the end of the last tensor description. A vocabulary of 256 K tokens takes about 16 MiB.
    package var headerBytes: UInt64 = 256 << 20
    /// Metadata pairs. Honest files have some dozens.
    package var keyCount: UInt64 = 1 << 14
    /// Tensors of one file. The largest models have a few thousand.
    package var tensorCount: UInt64 = 1 << 17
    /// Bytes of one key, as the format's specification bounds it.
    package var keyBytes: UInt64 = (1 << 16) - 1
    /// Bytes of all keys together.
    package var allKeyBytes: UInt64 = 1 << 20
    /// Bytes of a string value that is kept; the length alone is kept of longer ones.
    package var stringBytes: UInt64 = 1 << 20
    /// Bytes of all string values kept together; further ones are passed over as if they were too long.
    package var allStringBytes: UInt64 = 8 << 20
    /// Bytes of a tensor's name: ggml's `GGML_MAX_NAME` less the terminator.
    package var tensorNameBytes: UInt64 = 63
    /// How deep arrays may hold arrays; 1 is an array of plain values.
    package var arrayDepth = 4

    /// How many elements of an array are kept; none for what only lists models.
    package var arrayElements = 0

    package init() {}
}
