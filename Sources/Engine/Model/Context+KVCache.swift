// SPDX-License-Identifier: MIT

import CLlama

extension Context: KVCache {
    package mutating func perform(_ action: CacheAction) -> CacheOutcome? {
        switch action {
        case .cut(let sequence, let position):
            trust(eh_sequence_remove(handle, sequence, Int32(position), -1))
        case .copy(let source, let target, let length):
            trust(eh_sequence_copy(handle, source, target, Int32(length)))
        case .remove(let sequence, let range):
            trust(eh_sequence_remove(handle, sequence, Int32(range.lowerBound), Int32(range.upperBound)))
        case .move(let sequence, let range, let distance):
            trust(
                eh_sequence_shift(
                    handle,
                    sequence,
                    Int32(range.lowerBound),
                    Int32(range.upperBound),
                    Int32(distance)
                )
            )
        case .checkpoint(let sequence, let ticket):
            return .kept(ticket, checkpoint(of: sequence))
        case .keep(let sequence, let ticket, let limit):
            let bytes = eh_state_size(handle, sequence)
            return .kept(ticket, bytes <= limit ? state(of: sequence, bytes: bytes) : nil)
        case .share(let source, let target, let checkpoint):
            return .loaded(share(source, to: target, checkpoint: checkpoint))
        case .restore(let sequence, let checkpoint):
            return .loaded(restore(checkpoint: checkpoint, to: sequence))
        case .load(let sequence, let state):
            return .loaded(state.withUnsafeBytes { load(sequence, $0) })
        }
        return nil
    }

    package func first(of sequence: Int32) -> Int { Int(eh_sequence_first(handle, sequence)) }

    /// What the state asks for is what the memory's kind allows. Where the engine refuses it, no one knows what sequences hold, and
    /// every further answer could be wrong.
    private func trust(_ isDone: Bool) {
        precondition(isDone, "the model's memory refuses what its kind allows")
    }
}
