// SPDX-License-Identifier: MIT

import Engine
import Testing

/// Which record a conversation's may have parts of.
@Suite("Records that have parts in another one's file") struct ShelfBaseTests {
    private static let chat = (0..<100).map { Int32($0) }
    private static let grown = CachedSequence(chat + [7, 8])
    private static let branch = CachedSequence(chat.prefix(80) + [9, 9, 9])

    private static func engine(isMemory: Bool, _ records: [ShelvedState]) -> EngineState {
        var rules = EngineRules(size: 1_000, sizePerSequence: 1_000)
        rules.shelf = ShelfRules(isMemory: isMemory, bytes: 1 << 20, delay: .zero)
        var state = EngineState(rules)
        _ = state.stock(records)
        return state
    }

    private static func record(_ sequence: CachedSequence, id: UInt64, base: UInt64? = nil) -> ShelvedState {
        let mark = ShelfMark(id: id, base: base, seconds: 1, stored: 1_000, bytes: 1_000)
        return ShelvedState(mark: mark, sequence: sequence, checkpoints: [])
    }

    @Test("a chat that has grown is a whole again in main memory, and has parts on a disk", arguments: [true, false])
    func grows(isMemory: Bool) {
        let state = Self.engine(isMemory: isMemory, [Self.record(CachedSequence(Self.chat), id: 1)])
        #expect(state.base(for: Self.grown) == (isMemory ? nil : 1))
        // A record that had parts in a file which is only its own by now.
        let last = Self.engine(isMemory: isMemory, [Self.record(CachedSequence(Self.chat), id: 2, base: 1)])
        #expect(last.base(for: Self.grown) == (isMemory ? nil : 1))
    }

    @Test("what stays keeps its file, and others have parts in it", arguments: [true, false])
    func stays(isMemory: Bool) {
        let first = Self.record(CachedSequence(Self.chat), id: 1)
        #expect(Self.engine(isMemory: isMemory, [first]).base(for: Self.branch) == 1)
        let both = Self.engine(isMemory: isMemory, [first, Self.record(Self.branch, id: 2, base: 1)])
        #expect(both.base(for: Self.grown) == 1)
    }

    @Test("what begins otherwise has none")
    func other() {
        let state = Self.engine(isMemory: false, [Self.record(CachedSequence(Self.chat), id: 1)])
        #expect(state.base(for: CachedSequence(Array(Self.chat.prefix(10)) + [Int32](repeating: 5, count: 90))) == nil)
    }
}
