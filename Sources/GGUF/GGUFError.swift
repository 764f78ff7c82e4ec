// SPDX-License-Identifier: MIT

/// Why a file cannot be read as GGUF.
package struct GGUFError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of fault it is, for code that has to tell them apart.
    package enum Code: String, Sendable {
        /// The file cannot be opened or read.
        case unreadable
        /// The path names something else than a regular file.
        case notARegularFile
        /// The file does not start with the four bytes `GGUF`.
        case notGGUF
        /// The format's version is not 2 or 3.
        case unsupportedVersion
        /// The file was written for big-endian machines.
        case bigEndian
        /// The file ends before what its header promises.
        case truncated
        /// The header breaks the format's rules.
        case malformed
        /// The header is larger than any honest one, see ``GGUFLimits``.
        case limitExceeded
        /// Files that should be the shards of one model do not belong together.
        case shardMismatch
    }

    /// What kind of fault it is.
    package let code: Code
    /// A sentence for the user, without the file's path and without a full stop.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
