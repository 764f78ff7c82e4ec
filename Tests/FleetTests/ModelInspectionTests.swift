// SPDX-License-Identifier: MIT

import Fleet
import GGUF
import Testing
import Wire

/// What is told of one model.
struct ModelInspectionTests {
    private static let numbers: [(String, UInt32)] = [
        ("llama.block_count", 10), ("llama.context_length", 1000), ("llama.embedding_length", 64),
        ("llama.attention.head_count", 8), ("llama.attention.head_count_kv", 2),
    ]

    private static func header(_ numbers: [(String, UInt32)] = numbers) throws -> GGUFHeader {
        try GGUFHeader(bytes: CatalogueFixture(numbers: numbers).bytes)
    }

    @Test("The cache: a key and a value for each layer, KV head and position, two bytes an element")
    func cache() throws {
        let estimate = MemoryEstimate(header: try Self.header(), weightBytes: 500, options: OptionValues())
        // 10 layers, 1000 positions, 2 heads, 8 wide, keys and values, f16.
        #expect(estimate.contextBytes == 10 * 1000 * 2 * 8 * 2 * 2)
        #expect(estimate.weightBytes == 500)
        #expect(estimate.totalBytes == 500 + 640_000)
        #expect(estimate.json["basis"]?.string == "header")
    }

    @Test("The context and the types of the cache are those of the options")
    func options() throws {
        var options = OptionValues()
        options[.contextSize] = 100
        options[.cacheTypeK] = "q8_0"
        options[.cacheTypeV] = "f32"
        let estimate = MemoryEstimate(header: try Self.header(), weightBytes: 0, options: options)
        #expect(estimate.contextBytes == Int64(100 * 10 * 2 * (8 * 34.0 / 32 + 8 * 4)))
    }

    @Test("Heads that are wider than usual; a header that says too little or nonsense costs nothing")
    func oddities() throws {
        let wide = Self.numbers + [("llama.attention.key_length", 100), ("llama.attention.value_length", 50)]
        let estimate = MemoryEstimate(header: try Self.header(wide), weightBytes: 0, options: OptionValues())
        #expect(estimate.contextBytes == 10 * 1000 * 2 * 150 * 2)
        let poor = MemoryEstimate(header: try Self.header([]), weightBytes: 7, options: OptionValues())
        #expect(poor.contextBytes == 0 && poor.totalBytes == 7)
        let huge = Self.numbers.map { ($0.0, UInt32.max) }
        let absurd = MemoryEstimate(header: try Self.header(huge), weightBytes: .max, options: OptionValues())
        #expect(absurd.contextBytes == 0)
    }
}
