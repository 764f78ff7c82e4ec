// SPDX-License-Identifier: MIT

/// How a tensor's elements are stored: one of ggml's types (`enum ggml_type` in ggml.h).
package struct GGMLType: Sendable, Hashable {
    /// The type's number in files.
    package let rawValue: UInt32
    /// The type's name in the field's spelling, such as `Q4_K`.
    package let name: String
    /// The elements that are stored together; a row is a multiple of it.
    package let blockElements: UInt64
    /// The bytes that one block takes.
    package let blockBytes: UInt64

    /// The type with this number, or nil for a number that ggml does not use (any more).
    package init?(rawValue: UInt32) {
        guard rawValue < Self.table.count, let type = Self.table[Int(rawValue)] else { return nil }
        self = type
    }

    private init(_ rawValue: UInt32, _ name: String, _ blockElements: UInt64, _ blockBytes: UInt64) {
        self.rawValue = rawValue
        self.name = name
        self.blockElements = blockElements
        self.blockBytes = blockBytes
    }

    package static func == (left: GGMLType, right: GGMLType) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    /// All types, after `GGML_QUANT_SIZES` in gguf-py's constants.py.
    package static let all: [GGMLType] = [
        GGMLType(0, "F32", 1, 4), GGMLType(1, "F16", 1, 2),
        GGMLType(2, "Q4_0", 32, 18), GGMLType(3, "Q4_1", 32, 20),
        GGMLType(6, "Q5_0", 32, 22), GGMLType(7, "Q5_1", 32, 24),
        GGMLType(8, "Q8_0", 32, 34), GGMLType(9, "Q8_1", 32, 36),
        GGMLType(10, "Q2_K", 256, 84), GGMLType(11, "Q3_K", 256, 110), GGMLType(12, "Q4_K", 256, 144),
        GGMLType(13, "Q5_K", 256, 176), GGMLType(14, "Q6_K", 256, 210), GGMLType(15, "Q8_K", 256, 292),
        GGMLType(16, "IQ2_XXS", 256, 66), GGMLType(17, "IQ2_XS", 256, 74), GGMLType(18, "IQ3_XXS", 256, 98),
        GGMLType(19, "IQ1_S", 256, 50), GGMLType(20, "IQ4_NL", 32, 18), GGMLType(21, "IQ3_S", 256, 110),
        GGMLType(22, "IQ2_S", 256, 82), GGMLType(23, "IQ4_XS", 256, 136),
        GGMLType(24, "I8", 1, 1), GGMLType(25, "I16", 1, 2), GGMLType(26, "I32", 1, 4), GGMLType(27, "I64", 1, 8),
        GGMLType(28, "F64", 1, 8), GGMLType(29, "IQ1_M", 256, 56), GGMLType(30, "BF16", 1, 2),
        GGMLType(34, "TQ1_0", 256, 54), GGMLType(35, "TQ2_0", 256, 66),
        GGMLType(39, "MXFP4", 32, 17), GGMLType(40, "NVFP4", 64, 36),
        GGMLType(41, "Q1_0", 128, 18), GGMLType(42, "Q2_0", 64, 18),
    ]

    /// One more than the greatest number.
    static let numberCount = 43

    /// The types by number, with gaps for those that were withdrawn.
    private static let table: [GGMLType?] = {
        var table = [GGMLType?](repeating: nil, count: numberCount)
        for type in all { table[Int(type.rawValue)] = type }
        return table
    }()
}
