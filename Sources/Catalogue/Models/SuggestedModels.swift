// SPDX-License-Identifier: MIT

/// The models to begin with, and which of them suit a machine.
package enum SuggestedModels {
    /// Chat models from the least able to the most able, then those for other tasks.
    ///
    /// Repositories, tags and sizes are those that the hub listed in autumn 2026: each size is that of the file with this tag, and of the
    /// encoder (`mmproj`) that is downloaded with it. Parameters are those of the model cards.
    package static let all: [SuggestedModel] = [
        // Qwen3.5-0.8B-Q4_K_M.gguf, mmproj-F16.gguf
        SuggestedModel(
            name: "qwen3.5-0.8b",
            reference: "unsloth/Qwen3.5-0.8B-GGUF:Q4_K_M",
            files: [532_517_120, 204_987_232],
            parameters: 800_000_000,
            activeParameters: 800_000_000,
            task: .chat,
            purpose: "a first try anywhere; pictures"
        ),
        // Qwen3.5-4B-Q4_K_M.gguf, mmproj-F16.gguf
        SuggestedModel(
            name: "qwen3.5-4b",
            reference: "unsloth/Qwen3.5-4B-GGUF:Q4_K_M",
            files: [2_740_937_888, 672_423_616],
            parameters: 4_000_000_000,
            activeParameters: 4_000_000_000,
            task: .chat,
            purpose: "chats, tools, pictures"
        ),
        // gemma-4-E4B-it-Q4_0.gguf, mmproj-gemma-4-E4B-it-Q8_0.gguf; "E4B" are the effective parameters.
        SuggestedModel(
            name: "gemma-4-e4b",
            reference: "ggml-org/gemma-4-E4B-it-GGUF:Q4_0",
            files: [4_590_807_392, 559_874_816],
            parameters: 8_000_000_000,
            activeParameters: 4_500_000_000,
            task: .chat,
            purpose: "chats, pictures, sounds"
        ),
        // Qwen3.5-9B-Q4_K_M.gguf, mmproj-F16.gguf
        SuggestedModel(
            name: "qwen3.5-9b",
            reference: "unsloth/Qwen3.5-9B-GGUF:Q4_K_M",
            files: [5_680_522_464, 918_166_080],
            parameters: 9_000_000_000,
            activeParameters: 9_000_000_000,
            task: .chat,
            purpose: "chats, tools, pictures"
        ),
        // gpt-oss-20b-mxfp4.gguf
        SuggestedModel(
            name: "gpt-oss-20b",
            reference: "ggml-org/gpt-oss-20b-GGUF:MXFP4",
            files: [12_109_566_560],
            parameters: 21_000_000_000,
            activeParameters: 3_600_000_000,
            task: .chat,
            purpose: "reasoning and tools"
        ),
        // Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf
        SuggestedModel(
            name: "qwen3-coder-30b",
            reference: "unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF:Q4_K_M",
            files: [18_556_689_568],
            parameters: 30_500_000_000,
            activeParameters: 3_300_000_000,
            task: .chat,
            purpose: "code, for coding agents"
        ),
        // gemma-4-26B-A4B-it-Q4_0.gguf, mmproj-gemma-4-26B-A4B-it-Q8_0.gguf
        SuggestedModel(
            name: "gemma-4-26b",
            reference: "ggml-org/gemma-4-26B-A4B-it-GGUF:Q4_0",
            files: [14_618_145_824, 806_408_320],
            parameters: 26_000_000_000,
            activeParameters: 4_000_000_000,
            task: .chat,
            purpose: "chats, tools, pictures"
        ),
        // Qwen3.6-35B-A3B-UD-Q4_K_M.gguf, mmproj-F16.gguf
        SuggestedModel(
            name: "qwen3.6-35b",
            reference: "unsloth/Qwen3.6-35B-A3B-GGUF:UD-Q4_K_M",
            files: [22_134_528_992, 899_283_680],
            parameters: 35_000_000_000,
            activeParameters: 3_000_000_000,
            task: .chat,
            purpose: "chats, code, tools, pictures"
        ),
        // Qwen3-Embedding-0.6B-Q8_0.gguf
        SuggestedModel(
            name: "qwen3-embedding-0.6b",
            reference: "Qwen/Qwen3-Embedding-0.6B-GGUF:Q8_0",
            files: [639_150_592],
            parameters: 600_000_000,
            activeParameters: 600_000_000,
            task: .embedding,
            purpose: "vectors of texts, for search"
        ),
        // qwen3-reranker-0.6b-q8_0.gguf
        SuggestedModel(
            name: "qwen3-reranker-0.6b",
            reference: "ggml-org/Qwen3-Reranker-0.6B-Q8_0-GGUF:Q8_0",
            files: [639_153_184],
            parameters: 600_000_000,
            activeParameters: 600_000_000,
            task: .ranking,
            purpose: "ranks what a search has found"
        ),
    ]

    /// The one of that short name, in whatever letters.
    package static func named(_ name: String) -> SuggestedModel? {
        let name = name.lowercased()
        return all.first { $0.name == name }
    }

    /// The chat models that have room, the best first: what a GPU holds before what the processor computes, what would be slow last, and
    /// among equals the most able.
    package static func fitting(_ room: ModelRoom) -> [SuggestedModel] {
        func place(_ model: SuggestedModel) -> Int {
            model.fit(in: room) == .gpu ? 0 : model.isSlow(in: room) ? 2 : 1
        }
        let able = all.filter { $0.task == .chat && $0.fit(in: room) != .none }
        return able.enumerated().sorted { one, other in
            (place(one.element), -one.offset) < (place(other.element), -other.offset)
        }.map(\.element)
    }

    /// A few to choose from, the best first: that one, the best of those that are at most a third of its size, and the smallest.
    ///
    /// Without anything known of the machine they are the smaller ones, which suit most.
    package static func picks(_ room: ModelRoom?) -> [SuggestedModel] {
        guard let room else { return Array(all.filter { $0.task == .chat }.prefix(3).reversed()) }
        let fitting = fitting(room)
        guard let best = fitting.first else { return [] }
        let others = [fitting.first { $0.bytes <= best.bytes / 3 }, fitting.min { $0.bytes < $1.bytes }]
        return others.compactMap(\.self).reduce(into: [best]) { picks, model in
            if !picks.contains(model) { picks.append(model) }
        }
    }
}
