// SPDX-License-Identifier: MIT

/// The name of a file that a client sends: SHA-256 of its content, as Ollama writes it (`sha256:` and 64 hexadecimal digits).
package struct BlobDigest: Sendable, Hashable, CustomStringConvertible {
    /// The digits, small letters among them.
    package let digits: String

    /// - Returns: nil for what is no digest.
    package init?(_ text: String) {
        guard text.hasPrefix("sha256:") || text.hasPrefix("sha256-") else { return nil }
        let digits = text.dropFirst(7)
        guard digits.utf8.count == 64,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.digits = String(digits)
    }

    package var description: String { "sha256:" + digits }
}
