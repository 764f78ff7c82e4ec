// SPDX-License-Identifier: MIT

import Catalogue
package import GGUF
package import Wire

/// What a model takes in memory when it is loaded, in bytes.
package struct MemoryEstimate: Sendable, Equatable {
    /// Where the figures come from: `loaded` and `dry` are a worker's; `header` is arithmetic on the sizes in the file's header and
    /// the context that the options ask for, without compute buffers.
    package let basis: String
    package let weightBytes: Int64
    package let contextBytes: Int64
    /// 0 where it isn't known.
    package let computeBytes: Int64
    /// What comes on top: a projector, and what the driver and the process take.
    package let otherBytes: Int64
    /// By device; empty where that isn't known.
    package let memory: [MemoryUse]

    package var totalBytes: Int64 {
        [contextBytes, computeBytes, otherBytes].reduce(weightBytes) { $0.addingSaturating($1) }
    }

    /// - Returns: nil for a model of which neither a worker nor the header says anything.
    init?(_ status: ModelStatus, info: GGUFModelInfo?) {
        if let footprint = status.footprint {
            self.init(footprint)
            return
        }
        guard let info, status.entry.problem == nil else { return nil }
        self.init(info: info, weightBytes: status.entry.sizeBytes, options: status.entry.options)
    }

    private init(_ footprint: Footprint) {
        let sums = WorkerMeasurements(memory: footprint.memory)
        basis = footprint.basis.rawValue
        weightBytes = sums.weightBytes
        contextBytes = sums.contextBytes
        computeBytes = sums.computeBytes
        otherBytes = sums.totalBytes - sums.weightBytes - sums.contextBytes - sums.computeBytes
        memory = footprint.memory
    }

    /// - Parameters:
    ///   - weightBytes: the size of all files.
    ///   - options: the model's.
    package init(info: GGUFModelInfo, weightBytes: UInt64, options: OptionValues) {
        basis = "header"
        self.weightBytes = Int64(clamping: weightBytes)
        contextBytes = Self.contextBytes(info, options)
        computeBytes = 0
        otherBytes = 0
        memory = []
    }

    /// What conversations take with these options.
    private static func contextBytes(_ info: GGUFModelInfo, _ options: OptionValues) -> Int64 {
        let wanted = options.contextSize
        guard let shape = info.cacheShape, let context = wanted > 0 ? wanted : info.contextLength else { return 0 }
        let parallel = options.given(\.parallel).flatMap { $0 > 0 ? $0 : nil }
        let bytes = shape.bytes(
            context: Double(context),
            sequences: Double(parallel ?? 4),
            isUnified: (options.given(\.kvUnified) ?? (parallel == nil)),
            batch: Double(options.microBatchSize),
            keepsWholeWindow: options.swaFull,
            keyBytes: bytesPerElement(options.given(\.cacheTypeK)),
            valueBytes: bytesPerElement(options.given(\.cacheTypeV))
        )
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

    package var json: JSONValue {
        [
            "bytes": .integer(totalBytes),
            "weights_bytes": .integer(weightBytes),
            "context_bytes": .integer(contextBytes),
            "compute_bytes": .integer(computeBytes),
            "basis": .string(basis),
            "devices": .array(
                memory.filter { $0.total > 0 }.map { use in
                    .object(
                        [
                            .init("id", .string(use.device.id)), .init("name", .string(use.device.name)),
                            .init("bytes", .integer(use.total)),
                        ] + use.parts
                    )
                }
            ),
        ]
    }
}
