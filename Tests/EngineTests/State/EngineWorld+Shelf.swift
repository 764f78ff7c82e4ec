// SPDX-License-Identifier: MIT

import Engine
import TestKit

/// A conversation that lies outside of the engine.
struct ShelvedRecord {
    let sequence: CachedSequence
    let bytes: [UInt8]
    let draft: ShelvedState.Part?
    let mark: ShelfMark

    /// What its header says, or, with the states, the whole.
    func state(isWhole: Bool) -> ShelvedState {
        var bare = CachedSequence(sequence.tokens, layout: sequence.layout, adapters: sequence.adapters)
        bare.first = sequence.first
        return ShelvedState(
            mark: mark,
            sequence: bare,
            checkpoints: sequence.checkpoints.map {
                .init(length: $0.length, first: $0.first, state: isWhole ? $0.state : [])
            },
            draft: draft.map { .init(length: $0.length, first: $0.first, state: isWhole ? $0.state : []) }
        )
    }
}

/// What lies outside of the engine: it may be full, and what is there may be gone.
extension EngineWorld {
    /// All that lies there, as headers tell.
    var stored: [ShelvedState] { records.keys.sorted().compactMap { records[$0]?.state(isWhole: false) } }

    mutating func shelve(_ item: ShelfItem) -> ShelfOutcome {
        let (sequence, bytes, base) = (item.sequence, item.state, item.base)
        if item.draft != nil { notes.add(.draftShelved) }
        if !running.isEmpty { notes.add(.shelvedBeside) }
        if let base, !wholes.contains(base) { violations.append("a record's base has parts in another one's file") }
        guard random.next() % 10 > 0 else { return .failed }
        let same = records.first {
            $0.value.sequence.tokens == sequence.tokens && $0.value.sequence.adapters == sequence.adapters
        }
        lastRecord += 1
        let mark = ShelfMark(
            id: same?.key ?? lastRecord,
            base: Bool.random(using: &random) ? base : nil,
            seconds: 1_000,
            stored: bytes.count,
            bytes: bytes.count
        )
        if mark.base == nil { wholes.insert(mark.id) } else { notes.add(.shared) }
        records[mark.id] = ShelvedRecord(sequence: sequence, bytes: bytes, draft: item.draft, mark: mark)
        notes.add(.shelved)
        return .kept(mark)
    }

    mutating func fetch(_ id: UInt64, _ sequence: Int32) -> EngineEvent {
        // Others may have removed it.
        if random.next() % 10 == 0 { records[id] = nil }
        guard let record = records[id] else {
            notes.add(.notFetched)
            return .fetched(nil, hasRoom: false, took: .zero)
        }
        guard case .loaded(let hasRoom) = cache.perform(.load(sequence, record.bytes)) else { return .noRoom }
        notes.add(hasRoom ? .fetched : .notFetched)
        var whole = record.state(isWhole: true)
        if hasRoom, let part = whole.draft {
            if case .loaded(true) = draft?.perform(.load(sequence, part.state)) {
                notes.add(.draftFetched)
            } else {
                _ = draft?.perform(.cut(sequence, to: 0))
                whole.draft = nil
            }
        }
        return .fetched(whole, hasRoom: hasRoom, took: .milliseconds(1))
    }

    /// What the engine's loop does at its end.
    mutating func leaveShelved() {
        for item in state.unshelved() {
            switch item {
            case .state(let entry): leave(entry.sequence, entry.state)
            case .slot(let slot):
                guard case .kept(_, let bytes?) = cache.perform(.keep(Int32(slot), ticket: 0, atMost: .max)) else {
                    continue
                }
                var part = state.draftPart(of: slot)
                if part != nil, case .kept(_, let copy?) = draft?.perform(.keep(Int32(slot), ticket: 0, atMost: .max)) {
                    part?.state = copy
                } else {
                    part = nil
                }
                leave(state.inState(of: slot), bytes, part)
            }
        }
    }

    private mutating func leave(
        _ sequence: CachedSequence,
        _ bytes: [UInt8],
        _ draft: ShelvedState.Part? = nil
    ) {
        let item = ShelfItem(sequence, bytes, draft: draft, base: state.base(for: sequence))
        guard case .kept(let mark) = shelve(item) else { return }
        for id in state.record(sequence, mark) { records[id] = nil }
    }
}
