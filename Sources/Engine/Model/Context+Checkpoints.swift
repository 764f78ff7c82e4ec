// SPDX-License-Identifier: MIT

import CLlama
import StateStore

/// Checkpoints: the part of a sequence's state that can't be cut, recurrent states and the cells of windows. How the engine's memories
/// write and read them stands in `CLlama/context.cpp`.
extension Context {
    /// Where the sequences of a context can be cut.
    static func kind(of handle: OpaquePointer) -> MemoryKind {
        var extent: Int32 = 0
        switch eh_memory_kind(handle, &extent) {
        case Int32(EH_MEMORY_WINDOW): return .window(Int(extent))
        case Int32(EH_MEMORY_WHOLE): return .whole
        case Int32(EH_MEMORY_ROLLBACK): return .rollback(Int(extent))
        default: return .any
        }
    }

    /// Bytes of a checkpoint at a sequence's last position.
    func checkpointSize(of sequence: Int32) -> Int { eh_checkpoint_size(handle, sequence) }

    /// A checkpoint at a sequence's last position; nil if it holds nothing.
    func checkpoint(of sequence: Int32) -> [UInt8]? {
        guard eh_sequence_last(handle, sequence) >= 0 else { return nil }
        let size = checkpointSize(of: sequence)
        guard size > 0 else { return nil }
        let bytes = [UInt8](largeCapacity: size) { buffer, count in
            count = eh_checkpoint_get(handle, sequence, buffer.baseAddress, size)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Brings a sequence back to where a checkpoint was taken, and takes away what it holds behind. Up to there it must hold
    /// what was there then; it need not be the sequence that the checkpoint was taken of.
    /// - Returns: false if there is no room; the sequence is empty then.
    func restore(checkpoint: [UInt8], to sequence: Int32) -> Bool {
        eh_checkpoint_set(handle, sequence, checkpoint, checkpoint.count)
    }

    /// Makes a sequence hold what another holds up to where a checkpoint was taken, and nothing else. The other stays as it is.
    /// - Returns: false if there is no room; the sequence is empty then.
    func share(_ source: Int32, to target: Int32, checkpoint: [UInt8]) -> Bool {
        if eh_checkpoint_share(handle, source, target, checkpoint, checkpoint.count) { return true }
        _ = eh_sequence_remove(handle, target, 0, -1)
        return false
    }
}
