// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

@Suite("Media among tokens")
struct MediaLayoutTests {
    private let budget = MediaBudget(limit: 100)

    private func layout(_ spans: [(start: Int, tokens: Int, positions: Int)]) -> MediaLayout {
        var layout = MediaLayout()
        for (index, span) in spans.enumerated() {
            let identity = MediaIdentity(id: Int32(-index - 1), key: "\(index)")
            layout.append(
                .init(start: span.start, tokens: span.tokens, positions: span.positions, identity: identity)
            )
        }
        return layout
    }

    @Test("positions fall behind indices where an image counts by its longer side")
    func positions() {
        let layout = layout([(2, 16, 4), (20, 6, 6), (26, 9, 3)])
        #expect([0, 1, 2, 18, 19, 20, 26, 35, 40].map(layout.position) == [0, 1, 2, 6, 7, 8, 14, 17, 22])
        #expect(MediaLayout().position(of: 7) == 7)
    }

    @Test("a chunk is never cut")
    func boundaries() {
        let layout = layout([(2, 4, 4), (6, 3, 3)])
        #expect((0...10).map(layout.boundary(atMost:)) == [0, 1, 2, 2, 2, 2, 6, 6, 6, 9, 10])
    }

    @Test("what the cache drops is dropped, and what was replaced")
    func trimming() {
        var layout = layout([(1, 2, 2), (4, 2, 2)])
        layout.trim(to: [7, -1, -1, 8, -2, -2])
        #expect(layout.spans.count == 2)
        layout.trim(to: [7, -1, -1, 8, -2])
        #expect(layout.spans.map(\.start) == [1])
        layout.trim(to: [7, 7, 7])
        #expect(layout.isEmpty)
    }

    @Test("the cache of embeddings stays below its limit and forgets what was used longest ago")
    func cache() {
        var cache = EmbeddingCache<Int, String>(limit: 10)
        cache.insert("a", bytes: 4, for: 1)
        cache.insert("b", bytes: 4, for: 2)
        #expect(cache.value(for: 1) == "a")
        cache.insert("c", bytes: 4, for: 3)
        #expect([1, 2, 3].map { cache.value(for: $0) } == ["a", nil, "c"])
        cache.insert("too large", bytes: 11, for: 4)
        #expect(cache.value(for: 4) == nil)
        cache.insert("A", bytes: 9, for: 1)
        #expect([1, 3].map { cache.value(for: $0) } == ["A", nil])
        #expect(cache.bytes == 9)
    }

    @Test("a thousand steps: never above the limit, and its account is right")
    func cacheWalk() {
        var random = SeededGenerator(seed: 4)
        var cache = EmbeddingCache<Int, Int>(limit: 100)
        for _ in 0..<1_000 {
            let key = Int.random(in: 0..<20, using: &random)
            if let bytes = cache.value(for: key) {
                #expect(bytes <= 100)
            } else {
                let bytes = Int.random(in: 1..<60, using: &random)
                cache.insert(bytes, bytes: bytes, for: key)
            }
            let sum = (0..<20).compactMap { cache.value(for: $0) }.reduce(0, +)
            #expect(sum == cache.bytes && sum <= 100)
        }
    }

    @Test("memory that is taken comes back, and no more is given than there is")
    func reservations() throws {
        do {
            let first = try budget.reserve(60)
            #expect(throws: EngineError.self) { try budget.reserve(60) }
            _ = try budget.reserve(40)
            withExtendedLifetime(first) {}
        }
        _ = try budget.reserve(100)
        #expect(#expect(throws: EngineError.self) { try budget.reserve(101) }?.code == .invalidRequest)
    }
}
