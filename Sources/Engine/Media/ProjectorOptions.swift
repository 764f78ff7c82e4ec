// SPDX-License-Identifier: MIT

/// How to load a projector and what its media may cost.
package struct ProjectorOptions: Sendable, Equatable {
    /// The GGUF file.
    package var path: String
    /// Computes on a GPU where there is one.
    package var usesGPU = true
    /// The device that computes it; nil for the first GPU.
    package var device: String?
    /// Tokens of an image at least and at most, for projectors that take images of any size; nil for what they say.
    package var imageMinTokens: Int32?
    package var imageMaxTokens: Int32?
    /// Stands in a prompt's text for one medium.
    package var marker: String
    /// Encodes once before the first request.
    package var warmsUp = true
    /// Bytes of prepared media in all requests together.
    package var mediaBytes = 1 << 30
    /// Bytes of embeddings that are kept for the next request with the same media.
    package var cacheBytes = 256 << 20

    /// - Parameter marker: nil for a random one, so that a text can't be taken for a medium.
    package init(path: String, marker: String? = nil) {
        self.path = path
        self.marker = marker ?? "<__media_\(String(UInt64.random(in: .min ... .max), radix: 36))__>"
    }
}
