// SPDX-License-Identifier: MIT

/// What a model's conversations take in memory, by its header: the layers that keep keys and values for the whole
/// context, those that keep a window of it, and those with a state that doesn't grow.
///
/// The metadata's names are those of the GGUF specification and of llama.cpp's `llama-arch.cpp`. Where a file doesn't
/// say which layers look at a window, the architecture decides, as in llama.cpp.
package struct GGUFCacheShape: Sendable, Equatable {
    /// Elements of keys and of values that one token takes in the layers that see the whole context.
    package private(set) var wholeKeys = 0.0
    package private(set) var wholeValues = 0.0
    /// The same in the layers that see a window.
    package private(set) var windowKeys = 0.0
    package private(set) var windowValues = 0.0
    /// Tokens in the window; 0 for none.
    package private(set) var window = 0
    /// Elements of 4 bytes that a sequence takes in recurrent layers.
    package private(set) var stateElements = 0.0

    /// A layer that sees the whole context comes every so many layers, the others see a window; the first of them in those that say so.
    private static let periods: [String: (period: Int, isFirst: Bool)] = [
        "gemma2": (2, false), "gemma3": (6, false), "gemma3n": (5, false), "cohere2": (4, false), "gpt-oss": (2, false),
        "exaone4": (4, false), "exaone-moe": (4, false), "olmo2": (4, false), "smallthinker": (4, true),
        "llama4": (4, false), "plamo3": (8, false), "afmoe": (4, false), "cohere2moe": (4, true), "laguna": (4, true),
        "mellum": (4, false), "muse-glimmer": (4, false),
    ]
    /// The chunk that Llama 4 looks at where the file doesn't say.
    private static let llama4Chunk = 8192
    /// All layers of these keep a state.
    private static let recurrent: Set<String> = ["mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"]
    /// One in so many layers of these has attention where the file doesn't say.
    private static let intervals: [String: Int] = ["qwen3next": 4, "qwen35": 4, "qwen35moe": 4, "minimax-01": 8]
    /// No file has more layers.
    private static let mostLayers: UInt64 = 10_000

    /// - Returns: nil where the header doesn't say enough.
    package init?(header: GGUFHeader) {
        guard let architecture = header.text("general.architecture") else { return nil }
        func number(_ name: String) -> Double? { header.count("\(architecture).\(name)").map { Double($0) } }
        func numbers(_ name: String) -> [Double]? {
            guard case .array(_, _, let first)? = header.metadata["\(architecture).\(name)"] else { return nil }
            return first.map { Self.double($0) ?? 0 }
        }
        guard let layers = header.count("\(architecture).block_count"), layers <= Self.mostLayers,
            let width = number("embedding_length")
        else { return nil }
        let queryHeads = numbers("attention.head_count")
        let heads = number("attention.head_count") ?? queryHeads?.max() ?? 0
        let keyValueHeads = numbers("attention.head_count_kv")
        let cached = number("attention.head_count_kv") ?? heads
        let keys = number("attention.key_length") ?? (heads > 0 ? width / heads : 0)
        let values = number("attention.value_length") ?? (heads > 0 ? width / heads : 0)
        let windowKeys = number("attention.key_length_swa") ?? keys
        let windowValues = number("attention.value_length_swa") ?? values
        window = Int(number("attention.sliding_window") ?? number("attention.chunk_size") ?? 0)
        if architecture == "llama4", window == 0 { window = Self.llama4Chunk }
        let marks = numbers("attention.sliding_window_pattern")
        let isEvery = Self.periods[architecture]
        let period = number("attention.sliding_window_pattern").map { Int($0) } ?? isEvery?.period
        let interval =
            header.count("\(architecture).full_attention_interval").map { Int(clamping: $0) }
            ?? Self.intervals[architecture]
        let state = Self.state(number, heads: heads, width: width)
        for layer in 0..<Int(layers) {
            let own = keyValueHeads.map { layer < $0.count ? $0[layer] : 0 } ?? cached
            let isRecurrent =
                Self.recurrent.contains(architecture) || own == 0
                || interval.map { $0 > 0 && (layer + 1) % $0 != 0 } ?? false
            if isRecurrent { stateElements += state }
            guard !isRecurrent else { continue }
            let seesWindow: Bool
            if let marks {
                seesWindow = layer < marks.count && marks[layer] != 0
            } else if let period, period > 0 {
                seesWindow = isEvery?.isFirst == true ? layer % period != 0 : layer % period < period - 1
            } else {
                seesWindow = false
            }
            if seesWindow, window > 0 {
                self.windowKeys += own * windowKeys
                self.windowValues += own * windowValues
            } else {
                wholeKeys += own * keys
                wholeValues += own * values
            }
        }
        guard (wholeKeys + wholeValues + self.windowKeys + self.windowValues + stateElements).isFinite else {
            return nil
        }
    }

    /// Elements of the state of one recurrent layer: convolution and state, as llama.cpp's `n_embd_r` and `n_embd_s` count them.
    private static func state(_ number: (String) -> Double?, heads: Double, width: Double) -> Double {
        if let size = number("wkv.head_size"), size > 0 {
            return (number("token_shift_count") ?? 2) * width + width * size
        }
        if let length = number("shortconv.l_cache"), length > 0 { return width * (length - 1) }
        if let size = number("kda.head_dim"), size > 0 {
            let kernel = number("ssm.conv_kernel") ?? 4
            return 3 * (kernel - 1) * heads * size + size * size * heads
        }
        let inner = number("ssm.inner_size") ?? 0
        let size = number("ssm.state_size") ?? 0
        let kernel = max((number("ssm.conv_kernel") ?? 0) - 1, 0)
        return kernel * (inner + 2 * (number("ssm.group_count") ?? 0) * size) + size * inner
    }

    /// Bytes of all conversations together.
    /// - Parameters:
    ///   - context: tokens in all sequences together.
    ///   - sequences: how many sequences there are.
    ///   - isUnified: whether all are in one buffer.
    ///   - batch: tokens of one micro-batch, which a window has room for beside its own.
    ///   - keyBytes: bytes of a key's element, and of a value's.
    package func bytes(
        context: Double,
        sequences: Double,
        isUnified: Bool = true,
        batch: Double = 512,
        keepsWholeWindow: Bool = false,
        keyBytes: Double,
        valueBytes: Double
    ) -> Double {
        let own = isUnified ? context : context / max(sequences, 1)
        let cells = ((Double(window) * (isUnified ? sequences : 1) + batch) / 256).rounded(.up) * 256
        let windowed = keepsWholeWindow ? context : min(own, cells) * (isUnified ? 1 : sequences)
        return context * (wholeKeys * keyBytes + wholeValues * valueBytes)
            + windowed * (windowKeys * keyBytes + windowValues * valueBytes) + stateElements * sequences * 4
    }

    private static func double(_ value: GGUFValue) -> Double? {
        switch value {
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }
}
