// SPDX-License-Identifier: MIT

/// The header of a GGUF file: its metadata and the descriptions of its tensors, read from untrusted bytes and checked.
///
/// Versions 2 and 3 are read, little-endian. The layout is that of ggml's gguf.h: the magic, the version, the numbers of
/// tensors and of metadata pairs, the pairs, the tensors' descriptions, padding, the data.
package struct GGUFHeader: Sendable, Equatable {
    /// The format's version, 2 or 3.
    package let version: UInt32
    /// The metadata by key. Of arrays, type and count are kept, and elements only if the limits say so.
    package let metadata: [String: GGUFValue]
    /// The tensors in the file's order.
    package let tensors: [GGUFTensor]
    /// What tensors' offsets are multiples of, in bytes; a power of two.
    package let alignment: UInt64
    /// Where the tensors' data starts, in bytes from the file's start.
    package let dataOffset: UInt64
    /// The file's size in bytes.
    package let fileSize: UInt64

    /// Reads the header of the file at `path`.
    ///
    /// - Throws: any ``GGUFError/Code`` but `shardMismatch`.
    package init(path: String, limits: GGUFLimits = GGUFLimits()) throws(GGUFError) {
        let reader = HeaderReader(file: try RegularFile(path: path), limit: limits.headerBytes)
        var parser = HeaderParser(reader: reader, limits: limits)
        self = try parser.parse()
    }

    /// Reads the header of a file whose content is in memory.
    ///
    /// - Throws: any ``GGUFError/Code`` but `unreadable`, `notARegularFile` and `shardMismatch`.
    package init(bytes: [UInt8], limits: GGUFLimits = GGUFLimits()) throws(GGUFError) {
        let reader = HeaderReader(bytes: bytes, limit: limits.headerBytes)
        var parser = HeaderParser(reader: reader, limits: limits)
        self = try parser.parse()
    }

    init(
        version: UInt32,
        metadata: [String: GGUFValue],
        tensors: [GGUFTensor],
        alignment: UInt64,
        dataOffset: UInt64,
        fileSize: UInt64
    ) {
        self.version = version
        self.metadata = metadata
        self.tensors = tensors
        self.alignment = alignment
        self.dataOffset = dataOffset
        self.fileSize = fileSize
    }

    /// The text stored under `key`, or nil where there is none or it is something else.
    package func text(_ key: String) -> String? {
        guard case .string(let text) = metadata[key] else { return nil }
        return text
    }

    /// The whole number of 0 or more stored under `key`, or nil.
    package func count(_ key: String) -> UInt64? {
        switch metadata[key] {
        case .unsigned(let value): value
        case .signed(let value): UInt64(exactly: value)
        default: nil
        }
    }

    /// The truth value stored under `key`, or nil.
    package func flag(_ key: String) -> Bool? {
        guard case .bool(let value) = metadata[key] else { return nil }
        return value
    }

    /// The number of elements of the array stored under `key`, or nil.
    package func arrayCount(_ key: String) -> UInt64? {
        guard case .array(_, let count, _) = metadata[key] else { return nil }
        return count
    }
}
