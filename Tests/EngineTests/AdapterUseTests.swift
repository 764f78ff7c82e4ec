// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("Which adapters a sequence is computed with")
struct AdapterUseTests {
    @Test("scales that are all 0 are no adapter")
    func none() {
        #expect(AdapterUse([0, 0]) == .none)
        #expect(AdapterUse([]) == .none)
        #expect(AdapterUse([0, 0.5]) != .none)
    }

    @Test("tokens are alike as far as both are computed with the same")
    func commonLength() {
        let pirate = AdapterUse([1])
        #expect(pirate.commonLength(with: AdapterUse([1])) == .max)
        #expect(pirate.commonLength(with: AdapterUse([0.5])) == 0)
        #expect(pirate.commonLength(with: .none) == 0)
        #expect(AdapterUse.none.commonLength(with: .none) == .max)
        #expect(AdapterUse([1], from: 7).commonLength(with: .none) == 7)
        #expect(AdapterUse([1], from: 7).commonLength(with: AdapterUse([1], from: 9)) == 7)
        #expect(AdapterUse([1], from: 7).commonLength(with: AdapterUse([1], from: 7)) == .max)
        #expect(AdapterUse([1], from: 7).commonLength(with: AdapterUse([0, 1])) == 0)
    }

    @Test("an adapter that waits works from the last appearance of its tokens on")
    func invocation() throws {
        let prompt: [Int32] = [1, 5, 6, 2, 5, 6, 3]
        #expect(try AdapterUse([1], invocations: [[5, 6]], prompt: prompt) == AdapterUse([1], from: 4))
        #expect(try AdapterUse([1], invocations: [[5, 5, 6]], prompt: prompt) == .none)
        #expect(try AdapterUse([1], invocations: [[1]], prompt: prompt) == AdapterUse([1], from: 0))
        #expect(try AdapterUse([1], invocations: [Array(0..<8)], prompt: prompt) == .none)
        #expect(try AdapterUse([0, 1], invocations: [[5, 6], []], prompt: prompt) == AdapterUse([0, 1]))
        #expect(throws: EngineError.self) { try AdapterUse([1, 1], invocations: [[5, 6], []], prompt: prompt) }
    }

    @Test("where it begins moves with what is taken out")
    func removal() {
        func start(_ start: Int, without range: Range<Int>) -> AdapterUse {
            var use = AdapterUse([1], from: start)
            use.remove(range)
            return use
        }
        #expect(start(10, without: 2..<6) == AdapterUse([1], from: 6))
        #expect(start(10, without: 8..<20) == AdapterUse([1], from: 8))
        #expect(start(10, without: 10..<20) == AdapterUse([1], from: 10))
        #expect(start(0, without: 0..<5) == AdapterUse([1], from: 0))
        var none = AdapterUse.none
        none.remove(0..<5)
        #expect(none == .none)
    }
}
