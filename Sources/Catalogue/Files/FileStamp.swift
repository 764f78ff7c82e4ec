// SPDX-License-Identifier: MIT

/// What a file's header depends on: a file with the same stamp is taken for unchanged.
package struct FileStamp: Hashable {
    let device: UInt64
    let inode: UInt64
    package let sizeBytes: UInt64
    /// When the content was last written, in nanoseconds since 1970.
    package let modified: Int64

    package init(device: UInt64, inode: UInt64, sizeBytes: UInt64, modified: Int64) {
        self.device = device
        self.inode = inode
        self.sizeBytes = sizeBytes
        self.modified = modified
    }
}
