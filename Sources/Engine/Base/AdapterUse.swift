// SPDX-License-Identifier: MIT

/// Which adapters a sequence is computed with, and from which of its tokens on. Pure.
package struct AdapterUse: Sendable, Equatable {
    /// The adapters' scales; empty if none works.
    package let scales: [Float]
    /// The first token that is computed with them; what stands before is computed without any.
    package private(set) var start: Int

    /// No adapter.
    package static let none = AdapterUse([])

    /// - Parameters:
    ///   - scales: of each adapter; 0 for one that doesn't work.
    ///   - start: the first token that is computed with them.
    package init(_ scales: [Float], from start: Int = 0) {
        let works = scales.contains { $0 != 0 }
        self.scales = works ? scales : []
        self.start = works ? start : .max
    }

    /// The scales for a prompt.
    /// - Parameter invocations: the tokens that each adapter waits for; none for one that doesn't wait. Of adapters that
    ///   wait one alone may work; it doesn't if the prompt lacks its tokens.
    /// - Throws: `invalidRequest` for an adapter that waits beside another.
    package init(_ scales: [Float], invocations: [[Int32]], prompt: [Int32]) throws(EngineError) {
        let working = scales.indices.filter { scales[$0] != 0 }
        let waiting = working.filter { !invocations[$0].isEmpty }
        guard let first = waiting.first else {
            self.init(scales)
            return
        }
        guard working.count == 1 else {
            throw EngineError(
                .invalidRequest,
                "adapter \(first) works from its own words on (aLoRA), which it can only do alone; give the others scale 0"
            )
        }
        guard let start = Self.last(invocations[first], in: prompt) else {
            self = .none
            return
        }
        self.init(scales, from: start)
    }

    /// Whether all tokens are computed alike.
    var isUniform: Bool { scales.isEmpty || start == 0 }

    /// The scales for the token at an index.
    func scales(at index: Int) -> [Float] { index < start ? [] : scales }

    /// How many of a sequence's first tokens are computed alike with these and with others.
    package func commonLength(with other: AdapterUse) -> Int {
        self == other ? .max : min(start, other.start)
    }

    /// Tokens were taken out, and those behind them moved up.
    package mutating func remove(_ range: Range<Int>) {
        guard !isUniform, start > range.lowerBound else { return }
        start -= min(start, range.upperBound) - range.lowerBound
    }

    /// Where a list of tokens stands in another for the last time.
    private static func last(_ tokens: [Int32], in prompt: [Int32]) -> Int? {
        guard tokens.count <= prompt.count else { return nil }
        return (0...(prompt.count - tokens.count)).last { prompt[$0..<($0 + tokens.count)].elementsEqual(tokens) }
    }
}
