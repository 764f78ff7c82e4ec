// SPDX-License-Identifier: MIT

/// What a file's header depends on: a file with the same stamp is taken for unchanged.
struct FileStamp: Hashable {
    let device: UInt64
    let inode: UInt64
    let sizeBytes: UInt64
    /// When the content was last written, in nanoseconds since 1970.
    let modified: Int64
}
