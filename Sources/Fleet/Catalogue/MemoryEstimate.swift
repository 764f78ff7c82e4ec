// SPDX-License-Identifier: MIT

package import GGUF
package import Wire

/// What a model takes in memory when it is loaded, in bytes.
package struct MemoryEstimate: Sendable, Equatable {
    /// Where the figures come from.
    package enum Basis: String, Sendable {
        /// The model is loaded, or was: its worker measured it.
        case measured
        /// The sizes in the file's header, and the context that the options ask for. Compute buffers come on top, and a model
        /// whose layers look at a part of the context only takes less.
        case header
    }

    package let basis: Basis
    package let weightBytes: Int64
    package let contextBytes: Int64
    /// 0 where it isn't known before a load.
    package let computeBytes: Int64

    package var totalBytes: Int64 {
        weightBytes.addingSaturating(contextBytes).addingSaturating(computeBytes)
    }

    /// - Returns: nil for a model of which neither a load nor the header says anything.
    init?(_ status: ModelStatus, header: GGUFHeader?) {
        if let measured = status.lastMeasured, measured.totalBytes > 0 {
            self.init(measured)
            return
        }
        guard let header, status.entry.problem == nil else { return nil }
        self.init(header: header, weightBytes: status.entry.sizeBytes, options: status.entry.options)
    }

    private init(_ measured: WorkerMeasurements) {
        basis = .measured
        weightBytes = measured.weightBytes
        contextBytes = measured.contextBytes
        computeBytes = measured.computeBytes
    }

    /// - Parameters:
    ///   - weightBytes: the size of all files.
    ///   - options: the model's.
    package init(header: GGUFHeader, weightBytes: UInt64, options: OptionValues) {
        basis = .header
        self.weightBytes = Int64(clamping: weightBytes)
        contextBytes = Self.contextBytes(header, options)
        computeBytes = 0
    }

    /// The KV cache: for each layer and position one key and one value a KV head.
    private static func contextBytes(_ header: GGUFHeader, _ options: OptionValues) -> Int64 {
        guard let architecture = header.text("general.architecture") else { return 0 }
        func number(_ name: String) -> Double? { header.count("\(architecture).\(name)").map { Double($0) } }
        let wanted = options.integer(.contextSize) ?? 0
        guard let layers = number("block_count"), layers < 100_000,
            let context = wanted > 0 ? Double(wanted) : number("context_length"),
            let heads = number("attention.head_count") ?? largest("\(architecture).attention.head_count", header),
            let width = number("embedding_length"), heads > 0
        else { return 0 }
        let keyHeads: Double
        if case .array(_, _, let first)? = header.metadata["\(architecture).attention.head_count_kv"] {
            // A number for each layer, 0 for those without a cache.
            keyHeads = first.compactMap(double).reduce(0, +)
        } else {
            keyHeads = (number("attention.head_count_kv") ?? heads) * layers
        }
        let keys = number("attention.key_length") ?? width / heads
        let values = number("attention.value_length") ?? width / heads
        let bytes =
            context * keyHeads
            * (keys * bytesPerElement(options.text(.cacheTypeK)) + values * bytesPerElement(options.text(.cacheTypeV)))
        return (0..<1e18).contains(bytes) ? Int64(bytes) : 0
    }

    /// The size of an element in a cache of that type; ggml's block sizes.
    private static func bytesPerElement(_ type: String?) -> Double {
        switch type {
        case "f32": 4
        case "q8_0": 34.0 / 32
        case "q5_1": 24.0 / 32
        case "q5_0": 22.0 / 32
        case "q4_1": 20.0 / 32
        case "q4_0", "iq4_nl": 18.0 / 32
        default: 2
        }
    }

    private static func largest(_ key: String, _ header: GGUFHeader) -> Double? {
        guard case .array(_, _, let first)? = header.metadata[key] else { return nil }
        return first.compactMap(double).max()
    }

    private static func double(_ value: GGUFValue) -> Double? {
        switch value {
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        default: nil
        }
    }

    package var json: JSONValue {
        [
            "bytes": .integer(totalBytes),
            "weights_bytes": .integer(weightBytes),
            "context_bytes": .integer(contextBytes),
            "compute_bytes": .integer(computeBytes),
            "basis": .string(basis.rawValue),
        ]
    }
}
