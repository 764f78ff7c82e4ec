// SPDX-License-Identifier: MIT

package import Platform

/// Why a file cannot be read as GGUF.
package typealias GGUFError = CodedError<GGUFFault>

/// What kind of fault it is.
package enum GGUFFault: String, Sendable {
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
