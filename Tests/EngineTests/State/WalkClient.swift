// SPDX-License-Identifier: MIT

import Engine

/// A generation as its client sees it.
struct WalkClient {
    let order: GenerationOrder
    /// The prompt and what was generated, as far as it wasn't forgotten.
    private(set) var tokens: [Int32]
    /// What a memory has to hold of them: a token that was computed with other adapters is another one.
    private(set) var contents: [Int32]
    private var adapters: AdapterUse
    private var hash = TokenHash()
    var ends = 0
    private(set) var hasForgotten = false
    /// The check that found it last.
    var seen = 0

    init(_ order: GenerationOrder) {
        self.order = order
        tokens = order.prompt
        adapters = order.adapters
        contents = adapters.scales.isEmpty ? tokens : []
        hash.add(tokens)
        if contents.isEmpty { contents = tokens.indices.map { content(of: tokens[$0], at: $0) } }
    }

    private func content(of token: Int32, at index: Int) -> Int32 {
        FakeCells.content(of: token, with: index < adapters.start ? [] : adapters.scales)
    }

    /// The token that follows.
    var next: Int32 { hash.next }

    mutating func append(_ token: Int32) {
        contents.append(content(of: token, at: tokens.count))
        tokens.append(token)
        hash.add(token)
    }

    mutating func forget(_ range: Range<Int>) {
        tokens.removeSubrange(range)
        contents.removeSubrange(range)
        adapters.remove(range)
        hash = TokenHash()
        hash.add(tokens)
        hasForgotten = true
    }
}

/// FNV-1a of tokens: what the fake model goes by.
struct TokenHash {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ token: Int32) {
        value = (value ^ UInt64(bitPattern: Int64(token))) &* 0x100_0000_01B3
    }

    mutating func add(_ tokens: [Int32]) {
        for token in tokens { add(token) }
    }

    /// The token that follows those.
    var next: Int32 { Int32(truncatingIfNeeded: (value >> 24) % UInt64(EngineWorld.vocabulary)) }
}

/// What a history can come to. Walks that never get anywhere prove nothing: all of these happen.
enum WalkNote: Int, CaseIterable {
    case reused, detached, noRoom, setAside, loaded, notLoaded, medium, saved, restored, embedded, forgot, proposed,
        accepted
    case stepFailed, ended, reachedLimit, filledContext, failed, rested
    case shelved, shelvedBeside, shared, draftShelved, draftFetched, fetched, notFetched, restarted
}

/// How often what happened.
struct WalkNotes {
    private var counts = Array(repeating: 0, count: WalkNote.allCases.count)

    subscript(note: WalkNote) -> Int { counts[note.rawValue] }

    mutating func add(_ note: WalkNote) { counts[note.rawValue] += 1 }

    mutating func add(_ other: WalkNotes) {
        for note in counts.indices { counts[note] += other.counts[note] }
    }
}
