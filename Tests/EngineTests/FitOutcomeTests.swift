// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("What is changed so that a model fits")
struct FitOutcomeTests {
    private func outcome(
        fits: Bool = true,
        context: Int = 4_096,
        layers: Int? = nil,
        overflowing: Int = 0
    ) -> FitOutcome {
        FitOutcome(
            fits: fits,
            context: context,
            wholeContext: 4_096,
            gpuLayers: layers,
            overflowingLayers: overflowing
        )
    }

    @Test("what was changed is said, and what wasn't isn't")
    func sentences() {
        #expect(outcome().sentence == "the model fits as it is")
        #expect(!outcome().hasChanged)
        #expect(
            outcome(context: 512).sentence
                == "to make the model fit, the context has 512 tokens instead of 4096"
        )
        let moved = outcome(layers: 12, overflowing: 3)
        #expect(moved.hasChanged)
        #expect(moved.sentence.hasSuffix("12 layers are on GPUs, 3 of them with weights in the main memory"))
        #expect(outcome(fits: false).sentence.hasPrefix("the model may not fit; give a smaller --ctx-size"))
        #expect(outcome(fits: false, context: 512).sentence.contains("though the context has 512 tokens"))
    }

    @Test("a context is cut so far that memory is left free", .timeLimit(.minutes(5)))
    func cuts() async throws {
        let whole = try await EngineFixture.start { $0.context.size = 0 }
        #expect(whole.model.fit == nil)
        let fitting = try await EngineFixture.start {
            $0.context.size = 0
            $0.fit = FitOptions()
            $0.fit?.margins = [0]
        }
        #expect(fitting.model.fit == outcome(context: whole.contextSize, whole: whole.contextSize))
        #expect(fitting.contextSize == whole.contextSize)
        let tight = try await EngineFixture.start {
            $0.context.size = 0
            $0.fit = FitOptions()
            // More than any machine has.
            $0.fit?.margins = [1 << 60]
            $0.fit?.leastContext = 256
        }
        #expect(tight.model.fit?.fits == false)
        #expect(tight.contextSize == 256)
        let given = try await EngineFixture.start {
            $0.context.size = 1_024
            $0.fit = FitOptions()
            $0.fit?.margins = [1 << 60]
        }
        #expect(given.contextSize == 1_024)
    }

    private func outcome(context: Int, whole: Int) -> FitOutcome {
        FitOutcome(fits: true, context: context, wholeContext: whole, gpuLayers: nil, overflowingLayers: 0)
    }
}
