// SPDX-License-Identifier: MIT

import CLlama
import StateStore

/// Conversations that outlive the engine.
extension EngineLoop {
    /// For how long an engine that ends writes down what isn't yet.
    private static let patience: Duration = .seconds(3)
    /// How long nothing is to be done before conversations are written.
    static let shelfDelay: Duration = .seconds(3)

    /// Takes in what there is of this model.
    mutating func stock() {
        guard let shelf else { return }
        let known = shelf.stock(identify: projector.map { $0.register.identity })
            .filter { $0.sequence.isMade(ofTokensBelow: model.facts.vocabularySize) }
        guard !known.isEmpty else { return }
        for id in state.stock(known) { shelf.remove(id) }
        let tokens = known.reduce(0) { $0 + $1.sequence.count }
        EngineRuntime.note("\(known.count) conversations of \(tokens) tokens are in the store", .info)
    }

    func shelve(_ item: ShelfItem) {
        guard let shelf else { return }
        let rate = metrics.promptRate
        shelf.later { [mailbox, metrics] shelf in
            let outcome = shelf.write(item, rate: rate)
            if case .kept(let mark) = outcome { metrics.update { $0.shelved(bytes: mark.stored) } }
            mailbox.note(outcome)
        }
    }

    mutating func fetch(_ id: UInt64, into sequence: Int32) -> EngineEvent {
        let start = clock.now
        guard let (found, bytes) = shelf?.read(id, identify: projector.map { $0.register.identity }),
            found.sequence.isMade(ofTokensBelow: model.facts.vocabularySize)
        else { return .fetched(nil, hasRoom: false, took: .zero) }
        var record = found
        guard bytes.withUnsafeBytes({ context.load(sequence, $0) }) else {
            return .fetched(record, hasRoom: false, took: clock.now - start)
        }
        // What can't be this sequence's state is none.
        guard context.length(of: sequence) == record.sequence.layout.position(of: record.sequence.count) else {
            return .fetched(nil, hasRoom: false, took: .zero)
        }
        record.draft = fetchDraft(record, into: sequence)
        return .fetched(record, hasRoom: true, took: clock.now - start)
    }

    /// Gives the draft model what it held; nil where it holds nothing now.
    private func fetchDraft(_ record: ShelvedState, into sequence: Int32) -> ShelvedState.Part? {
        guard let part = record.draft, let draft = speculator?.draft else { return nil }
        if part.length <= record.sequence.count,
            case .loaded(true) = draft.context.perform(.load(sequence, part.state)),
            draft.length(of: sequence) == part.length
        {
            return part
        }
        // It follows the prompt anew.
        _ = draft.context.perform(.cut(sequence, to: 0))
        return nil
    }

    /// The engine ends: what isn't on the shelf yet goes there, the longest first, as far as there is time.
    mutating func leaveShelved() {
        guard let shelf else { return }
        // One that is being written is the next in the list, too, and has the same name.
        shelf.finish()
        defer { shelf.finish() }
        let end = clock.now + Self.patience
        let rate = metrics.promptRate
        context.synchronize()
        func keep(_ sequence: CachedSequence, _ bytes: [UInt8], _ draft: ShelvedState.Part? = nil) {
            let item = ShelfItem(sequence, bytes, draft: draft, base: state.base(for: sequence))
            let outcome = shelf.write(item, rate: rate)
            guard case .kept(let mark) = outcome else { return }
            for id in state.record(sequence, mark) { shelf.remove(id) }
        }
        for item in state.unshelved() {
            guard clock.now < end else {
                return EngineRuntime.note("not all conversations were kept: there was no time for more", .warning)
            }
            switch item {
            case .state(let entry): keep(entry.sequence, entry.state)
            case .slot(let index):
                let sequence = state.slots[index].sequence
                let size = eh_state_size(context.handle, sequence)
                guard size < shelf.room, let bytes = context.state(of: sequence, bytes: size) else { continue }
                keep(state.inState(of: index), bytes, draftCopy(of: index, atMost: shelf.room - size))
            }
        }
    }

    private func draftCopy(of slot: Int, atMost limit: Int) -> ShelvedState.Part? {
        guard var part = state.draftPart(of: slot), let draft = speculator?.draft,
            case .kept(_, let bytes?) = draft.context.perform(
                .keep(state.slots[slot].sequence, ticket: 0, atMost: limit)
            )
        else { return nil }
        part.state = bytes
        return part
    }
}
