// SPDX-License-Identifier: MIT

import CLlama
import StateStore

/// Copies and files of what sequences hold.
extension Context {
    /// A copy of a sequence's state.
    func state(of sequence: Int32, bytes: Int) -> [UInt8]? {
        guard bytes > 0 else { return nil }
        let state = [UInt8](largeCapacity: bytes) { buffer, count in
            count = eh_state_get(handle, sequence, buffer.baseAddress, bytes)
        }
        return state.isEmpty ? nil : state
    }

    /// Puts a copy of a state in the place of what a sequence holds.
    /// - Returns: whether there was room.
    func load(_ sequence: Int32, _ state: UnsafeRawBufferPointer) -> Bool {
        eh_state_set(handle, sequence, state.assumingMemoryBound(to: UInt8.self).baseAddress, state.count)
    }

    /// Writes a sequence's state and some words to a file, which is there as a whole or not at all.
    /// - Parameter fingerprint: of what the state was computed with.
    /// - Returns: the file's bytes.
    /// - Throws: `fileFailed`.
    func save(
        _ sequence: Int32,
        _ words: [Int32],
        to path: String,
        fingerprint: UInt64
    ) throws(EngineError) -> Int {
        let file = SealedFile(path: path)
        return try file.write(fingerprint: fingerprint) { draft in
            eh_state_save(handle, sequence, draft, words, words.count) > 0
        }
    }

    /// Reads such a file.
    /// - Parameter fingerprint: of what it must have been computed with.
    /// - Throws: `invalidRequest` for one that isn't there, was changed, or isn't of this model and context.
    func load(
        _ sequence: Int32,
        from path: String,
        fingerprint: UInt64
    ) throws(EngineError) -> (words: [Int32], bytes: Int) {
        // The engine trusts what it reads.
        let size = try SealedFile(path: path).check(fingerprint: fingerprint)
        // The words of a context that is full, with some for what stands around the tokens.
        let capacity = sizePerSequence * 4 + 4096
        var bytes = 0
        let words = [Int32](unsafeUninitializedCapacity: capacity) { buffer, count in
            bytes = eh_state_load(handle, sequence, path, buffer.baseAddress, capacity, &count)
            if bytes == 0 { count = 0 }
        }
        guard bytes > 0 else {
            throw EngineError(
                .invalidRequest,
                "Unable to restore slot: the context has no room for it; restore it in an idle server, or start with a larger "
                    + "--ctx-size"
            )
        }
        return (words, size)
    }

    /// Positions that a sequence holds.
    func length(of sequence: Int32) -> Int { Int(eh_sequence_last(handle, sequence)) + 1 }
}
