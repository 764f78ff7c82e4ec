// SPDX-License-Identifier: MIT

/// What a file holds, by its first bytes; what senders call it isn't looked at.
package enum MediaKind: Equatable {
    case image
    case audio(AudioFormat)

    /// - Returns: nil for a file that no decoder reads.
    package init?(of bytes: [UInt8]) {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF])
            || bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            || bytes.starts(with: "BM".utf8) || bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8)
        {
            self = .image
        } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WAVE".utf8) {
            self = .audio(.wav)
        } else if bytes.starts(with: "fLaC".utf8) {
            self = .audio(.flac)
        } else if bytes.starts(with: "ID3".utf8) || (bytes.count > 1 && bytes[0] == 0xFF && bytes[1] & 0xE0 == 0xE0) {
            self = .audio(.mp3)
        } else {
            return nil
        }
    }
}
