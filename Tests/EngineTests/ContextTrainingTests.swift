// SPDX-License-Identifier: MIT

import Engine
import Testing

/// Row 13 of the audit: no more context than a model was trained on.
@Suite("A context beyond what the model was trained on")
struct ContextTrainingTests {
    private func cut(
        _ size: UInt32,
        sequences: UInt32 = 1,
        unified: Bool = true,
        trained: Int32 = 2048,
        adjust: (inout ContextOptions) -> Void = { _ in }
    ) -> (size: UInt32, isTold: Bool) {
        var options = ContextOptions(threads: 1)
        (options.size, options.sequences, options.unified) = (size, sequences, unified)
        adjust(&options)
        let warning = options.cut(to: trained)
        return (options.size, warning != nil)
    }

    @Test("is cut, and that is said; slots that share may have as much each")
    func sizes() {
        #expect(cut(4096) == (2048, true))
        #expect(cut(2048) == (2048, false))
        #expect(cut(0) == (0, false))
        #expect(cut(4096, sequences: 4) == (4096, true))
        #expect(cut(16_384, sequences: 4) == (8192, true))
        #expect(cut(8192, sequences: 4, unified: false) == (8192, false))
        #expect(cut(16_384, sequences: 4, unified: false) == (8192, true))
    }

    @Test("stays where positions are stretched on purpose, or the model doesn't say")
    func stretched() {
        #expect(cut(4096, trained: 0) == (4096, false))
        #expect(cut(4096) { $0.ropeScaling = .yarn } == (4096, false))
        #expect(cut(4096) { $0.ropeFrequencyScale = 0.5 } == (4096, false))
        #expect(cut(4096) { $0.ropeScaling = ContextOptions.RopeScaling.none } == (2048, true))
    }

    @Test("isn't there for a real model either")
    func engine() async throws {
        let engine = try await EngineFixture.start {
            $0.context.size = 4096
            $0.context.sequences = 1
        }
        #expect(engine.contextSize == 2048)
        #expect(engine.warnings.contains { $0.contains("2048 tokens instead of 4096") })
    }
}
