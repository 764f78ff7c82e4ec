// SPDX-License-Identifier: MIT

import Engine
import Foundation

/// One small model of each memory, whose weights are F32: what the same tokens give in other steps differs by rounding alone.
enum MemoryKindModel: String, CaseIterable {
    case any, window, wholeWindow, hybrid, convolutions, hybridWindow, recurrent

    private var name: String {
        switch self {
        case .any: "models/stories-tiny-F32"
        case .window, .wholeWindow: "Tests/Conformance/models/gemma3"
        case .hybrid: "Tests/Conformance/models/qwen35"
        case .convolutions, .hybridWindow: "Tests/Conformance/models/lfm2"
        case .recurrent: "Tests/Conformance/models/mamba"
        }
    }

    /// An engine on it, which computes without the rounding of half precision.
    func start(metrics: EngineMetrics = EngineMetrics(), adjust: (inout EngineOptions) -> Void) async throws -> Engine {
        let path = EngineFixture.models.deletingLastPathComponent().appending(path: name + ".gguf").path
        return try await EngineFixture.start(path: path, metrics: metrics) {
            $0.context.flashAttention = false
            ($0.context.cacheTypeK, $0.context.cacheTypeV) = ("f32", "f32")
            ($0.context.batch, $0.context.microBatch) = (64, 32)
            $0.context.keepsWholeWindow = self == .wholeWindow
            if self == .hybridWindow { $0.model.overrides = ["lfm2.attention.sliding_window=int:32"] }
            adjust(&$0)
        }
    }
}
