// SPDX-License-Identifier: MIT

import CLlama

extension Context {
    /// Computes a chunk of a medium.
    /// - Returns: `noRoom` where the cache may hold a part of it now.
    /// - Throws: `decodeFailed`.
    func decode(
        _ chunk: MediaChunk,
        _ embeddings: [Float],
        _ projector: Projector,
        position: Int,
        sequence: Int32
    ) throws(EngineError) -> Outcome {
        let status = chunk.lend { prompt, index in
            eh_media_decode(
                handle,
                projector.handle,
                prompt,
                index,
                embeddings,
                embeddings.count,
                Int32(position),
                sequence
            )
        }
        switch status {
        case Int32(EH_DECODE_OK): return .computed
        case Int32(EH_DECODE_NO_ROOM): return .noRoom
        default: throw .last(.decodeFailed, "a medium could not be computed")
        }
    }
}
