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

    private static func info(_ numbers: [(String, UInt32)] = numbers) throws -> GGUFModelInfo {
        GGUFModelInfo(header: try GGUFHeader(bytes: CatalogueFixture(numbers: numbers).bytes))
    }

    @Test("The cache: a key and a value for each layer, KV head and position, two bytes an element")
    func cache() throws {
        let estimate = MemoryEstimate(info: try Self.info(), weightBytes: 500, options: OptionValues())
        // 10 layers, 1000 positions, 2 heads, 8 wide, keys and values, f16.
        #expect(estimate.contextBytes == 640_000)
        #expect(estimate.weightBytes == 500)
        #expect(estimate.totalBytes == 500 + 640_000)
        #expect(estimate.json["basis"]?.string == "header")
    }

    @Test("The context and the types of the cache are those of the options")
    func options() throws {
        var options = OptionValues()
        options[\.contextSize] = 100
        options[\.cacheTypeK] = "q8_0"
        options[\.cacheTypeV] = "f32"
        let estimate = MemoryEstimate(info: try Self.info(), weightBytes: 0, options: options)
        let element = 8 * 34.0 / 32 + 8 * 4
        #expect(estimate.contextBytes == Int64(100 * 10 * 2 * element))
    }

    @Test("Heads that are wider than usual; a header that says too little or nonsense costs nothing")
    func oddities() throws {
        let wide = Self.numbers + [("llama.attention.key_length", 100), ("llama.attention.value_length", 50)]
        let estimate = MemoryEstimate(info: try Self.info(wide), weightBytes: 0, options: OptionValues())
        #expect(estimate.contextBytes == 6_000_000)
        let poor = MemoryEstimate(info: try Self.info([]), weightBytes: 7, options: OptionValues())
        #expect(poor.contextBytes == 0 && poor.totalBytes == 7)
        let huge = Self.numbers.map { ($0.0, UInt32.max) }
        let absurd = MemoryEstimate(info: try Self.info(huge), weightBytes: .max, options: OptionValues())
        #expect(absurd.contextBytes == 0)
    }

    @Test("Layers that see a window, and layers that keep a state, take less than the whole context")
    func windows() throws {
        func shape(_ architecture: String, _ more: [(String, UInt32)]) throws -> GGUFCacheShape {
            let numbers = Self.numbers.map { ($0.0.replacing("llama", with: architecture), $0.1) }
            let fixture = CatalogueFixture(
                architecture: architecture,
                numbers: numbers + more.map { ("\(architecture).\($0.0)", $0.1) }
            )
            return try #require(GGUFCacheShape(header: try GGUFHeader(bytes: fixture.bytes)))
        }
        func bytes(_ shape: GGUFCacheShape) -> Double {
            shape.bytes(context: 100_000, sequences: 4, keyBytes: 2, valueBytes: 2)
        }
        // Of ten layers one in six sees all: one. The others keep 4 windows and a batch, in whole 256 cells.
        let gemma = bytes(try shape("gemma3", [("attention.sliding_window", 512)]))
        let token = 2.0 * 8 * 2 * 2
        #expect(gemma == 100_000 * token + 9 * 2560 * token)
        // One in four has attention: two; the others keep a state of 4 bytes an element for each of 4 sequences.
        let hybrid = bytes(
            try shape(
                "qwen35",
                [("ssm.conv_kernel", 4), ("ssm.inner_size", 64), ("ssm.state_size", 16), ("ssm.group_count", 2)]
            )
        )
        let state = 3.0 * (64 + 2 * 2 * 16) + 16 * 64
        #expect(hybrid == 2 * 100_000 * token + 8 * state * 4 * 4)
    }
}
