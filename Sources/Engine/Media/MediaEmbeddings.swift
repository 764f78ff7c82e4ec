// SPDX-License-Identifier: MIT

/// What the projector made of a chunk.
struct MediaEmbeddings {
    /// Row by row, one row for each token.
    let values: [Float]
    /// Held, so that the next request with the same medium finds it.
    let identity: MediaIdentity
}
