// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

@Suite("Conversations that left the KV cache")
struct PromptCacheTests {
    private func entry(_ tokens: [Int32], bytes: Int = 100, adapters: AdapterUse = .none) -> PromptCache<Int>.Entry {
        .init(CachedSequence(tokens, adapters: adapters), state: tokens.count, bytes: bytes)
    }

    @Test("the one that holds most of a prompt is given back, and stays")
    func finds() {
        var cache = PromptCache<Int>(limit: 10_000)
        cache.insert(entry([1, 2, 3]))
        cache.insert(entry([1, 2, 9, 9]))
        #expect(cache.use(for: [1, 2, 9, 8], adapters: .none, moreThan: 0)?.sequence.tokens == [1, 2, 9, 9])
        #expect(cache.use(for: [1, 2, 3, 4], adapters: .none, moreThan: 2)?.sequence.tokens == [1, 2, 3])
        #expect(cache.use(for: [1, 2, 3, 4], adapters: .none, moreThan: 3) == nil)
        #expect(cache.use(for: [1, 2, 3, 4], adapters: AdapterUse([1]), moreThan: 0) == nil)
        #expect(cache.count == 2)
    }

    @Test("a longer state takes the place of what it begins with; a shorter one isn't wanted")
    func replaces() {
        var cache = PromptCache<Int>(limit: 10_000)
        cache.insert(entry([1, 2, 3]))
        cache.insert(entry([1, 2, 3, 4]))
        #expect(cache.count == 1)
        #expect(cache.holds(CachedSequence([1, 2])) && !cache.holds(CachedSequence([1, 5])))
        #expect(!cache.holds(CachedSequence([1, 2], adapters: AdapterUse([0.5]))))
        #expect(!cache.wants(CachedSequence([1, 2]), bytes: 1))
        #expect(cache.wants(CachedSequence([1, 2], adapters: AdapterUse([0.5])), bytes: 1))
        #expect(!cache.wants(CachedSequence([7]), bytes: 10_000))
        #expect(!cache.wants(CachedSequence([]), bytes: 1))
    }

    @Test("a state that can't be cut is of use for what goes on behind it only, and takes no shorter one's place")
    func whole() {
        // With a window of two, a state can be cut down to one token more than the first that the window still holds.
        func whole(_ tokens: [Int32], from least: Int) -> PromptCache<Int>.Entry {
            var sequence = CachedSequence(tokens)
            sequence.first = max(0, least - 1)
            return .init(sequence, state: tokens.count, bytes: 1)
        }
        var cache = PromptCache<Int>(limit: 10_000, kind: .window(2))
        cache.insert(whole([1, 2, 3], from: 3))
        cache.insert(whole([1, 2, 3, 4, 5], from: 4))
        #expect(cache.count == 2)
        #expect(!cache.holds(CachedSequence([1, 2])) && cache.wants(CachedSequence([1, 2]), bytes: 1))
        #expect(cache.use(for: [1, 2, 9], adapters: .none, moreThan: 0) == nil)
        #expect(cache.use(for: [1, 2, 3, 9], adapters: .none, moreThan: 0)?.sequence.tokens == [1, 2, 3])
        #expect(cache.use(for: [1, 2, 3, 4, 9], adapters: .none, moreThan: 0)?.sequence.count == 5)
        // The prompt's last token isn't to be there yet.
        #expect(cache.use(for: [1, 2, 3, 4], adapters: .none, moreThan: 0, upTo: 3)?.sequence.tokens == [1, 2, 3])
        #expect(cache.use(for: [1, 2, 3], adapters: .none, moreThan: 0, upTo: 2) == nil)
        cache.insert(whole([1, 2, 3, 4, 5, 6], from: 0))
        #expect(cache.count == 1)
    }

    @Test("little of a large state isn't worth loading it")
    func wasteful() {
        var cache = PromptCache<Int>(limit: 100_000)
        cache.insert(entry(Array(0..<100)))
        #expect(cache.use(for: Array(0..<20) + [500], adapters: .none, moreThan: 0) == nil)
        #expect(cache.use(for: Array(0..<25) + [500], adapters: .none, moreThan: 0) != nil)
    }

    @Test("thousands of random conversations: never over the limit, never a wrong answer")
    func random() {
        var random = SeededGenerator(seed: 11)
        var cache = PromptCache<Int>(limit: 5_000)
        for _ in 0..<5_000 {
            let tokens = (0..<Int.random(in: 1...12, using: &random)).map { _ in Int32.random(in: 0...2, using: &random)
            }
            let adapters = Bool.random(using: &random) ? AdapterUse.none : AdapterUse([1])
            if Bool.random(using: &random) {
                cache.insert(entry(tokens, bytes: Int.random(in: 0...2_000, using: &random), adapters: adapters))
            } else if let found = cache.use(for: tokens, adapters: adapters, moreThan: 1) {
                #expect(found.sequence.adapters == adapters)
                #expect(found.state == found.sequence.count)
                #expect(zip(found.sequence.tokens, tokens).prefix { $0 == $1 }.count > 1)
            }
            #expect(cache.size <= 5_000)
            #expect((cache.size == 0) == (cache.count == 0))
        }
    }

    @Test("which part of a full context goes, whatever is asked for")
    func shifts() {
        #expect(ContextShift.range(count: 255, size: 256, keep: 0, discard: 0) == 0..<127)
        #expect(ContextShift.range(count: 255, size: 256, keep: 55, discard: 0) == 55..<155)
        #expect(ContextShift.range(count: 255, size: 256, keep: 55, discard: 10) == 55..<65)
        for keep in [-5, 0, 1, 100, 251, 252, 255, 256, 1_000, .max] {
            for discard in [-1, 0, 1, 100, 254, 255, 1_000, .max] {
                for count in [0, 1, 2, 100, 255, 256] {
                    guard let range = ContextShift.range(count: count, size: 256, keep: keep, discard: discard) else {
                        continue
                    }
                    #expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound < count)
                }
            }
        }
    }

    @Test("parts behind a difference are found where they are, thousands of times")
    func reuse() {
        let moves = ChunkReuse.moves(cached: [1, 2, 3, 4, 5, 6], prompt: [1, 4, 5, 6, 7], common: 1, minimum: 2)
        #expect(moves.map(\.source) == [3] && moves.map(\.target) == [1] && moves.map(\.count) == [3])
        var random = SeededGenerator(seed: 17)
        for _ in 0..<5_000 {
            func tokens() -> [Int32] {
                (0..<Int.random(in: 0...20, using: &random)).map { _ in Int32.random(in: 0...3, using: &random) }
            }
            let (cached, prompt) = (tokens(), tokens())
            let common = zip(cached, prompt).prefix { $0 == $1 }.count
            var filled = common
            for move in ChunkReuse.moves(cached: cached, prompt: prompt, common: common, minimum: 2) {
                #expect(move.target == filled && move.source >= move.target && move.count >= 2)
                #expect(
                    cached[move.source..<(move.source + move.count)].elementsEqual(
                        prompt[filled..<(filled + move.count)]
                    )
                )
                filled += move.count
            }
        }
    }
}
