// SPDX-License-Identifier: MIT

/// A picture or a sound as a file's bytes.
package struct Medium: Sendable, Equatable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How long a sound is at most; nil for what is none, or broken.
    package var seconds: Double? {
        guard case .audio(let format) = MediaKind(of: bytes) else { return nil }
        return format.seconds(of: bytes)
    }
}
