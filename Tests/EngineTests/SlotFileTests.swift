// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

@Suite("What a slot's file says of its tokens")
struct SlotFileTests {
    private func sequence(_ random: inout SeededGenerator) -> CachedSequence {
        var sequence = CachedSequence()
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            sequence.append(
                contentsOf: (0..<Int.random(in: 0...5, using: &random)).map { _ in
                    Int32.random(in: 0...99, using: &random)
                }
            )
            let key =
                String(repeating: "k", count: Int.random(in: 0...9, using: &random))
                + "/\(Int.random(in: 0...9, using: &random))"
            let identity = MediaIdentity(id: Int32.random(in: -99 ... -1, using: &random), key: key)
            let size = Int.random(in: 1...4, using: &random)
            sequence.append(
                MediaLayout.Span(
                    start: sequence.count,
                    tokens: size,
                    positions: Int.random(in: 1...4, using: &random),
                    identity: identity
                )
            )
        }
        return sequence
    }

    /// In another process a chunk has another number.
    private func identify(_ key: String) -> MediaIdentity { MediaIdentity(id: -1_000, key: key) }

    @Test("is read as it was written, media included")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let written = sequence(&random)
            let read = try SlotFile.sequence(SlotFile.words(written), identify: identify)
            #expect(read.tokens == written.tokens.map { $0 < 0 ? -1_000 : $0 })
            #expect(read.layout.spans.map(\.start) == written.layout.spans.map(\.start))
            #expect(read.layout.spans.map(\.positions) == written.layout.spans.map(\.positions))
            #expect(read.layout.spans.map(\.identity.key) == written.layout.spans.map(\.identity.key))
        }
    }

    @Test("with words missing or changed it is refused, or read, and never traps")
    func damage() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            var words = SlotFile.words(sequence(&random))
            if Bool.random(using: &random) {
                words = Array(words.prefix(Int.random(in: 0...words.count, using: &random)))
            }
            for _ in 0..<3 where !words.isEmpty {
                let place = Int.random(in: 0..<words.count, using: &random)
                words[place] = [Int32.min, -1, 0, 1, 7, .max].randomElement(using: &random) ?? 0
            }
            // Either will do: what matters is that it comes back.
            _ = try? SlotFile.sequence(words, identify: identify)
        }
    }

    @Test("media are refused where there is no projector")
    func noProjector() {
        var sequence = CachedSequence([1, 2])
        sequence.append(
            MediaLayout.Span(start: 2, tokens: 3, positions: 3, identity: MediaIdentity(id: -1, key: "a/0"))
        )
        #expect(throws: EngineError.self) { try SlotFile.sequence(SlotFile.words(sequence), identify: nil) }
        #expect(throws: Never.self) { try SlotFile.sequence(SlotFile.words(CachedSequence([1, 2])), identify: nil) }
    }
}
