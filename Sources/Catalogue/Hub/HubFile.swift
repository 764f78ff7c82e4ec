// SPDX-License-Identifier: MIT

/// A file of a repository on the hub, as the hub's listing describes it.
package struct HubFile: Sendable, Equatable {
    /// The path in the repository, checked: it stays inside.
    package let path: String
    /// The size in bytes.
    package let sizeBytes: UInt64
    /// The name of its blob: the SHA-256 of a large file, the SHA-1 of a small one as git makes it.
    package let oid: String

    package init(path: String, sizeBytes: UInt64, oid: String) {
        self.path = path
        self.sizeBytes = sizeBytes
        self.oid = oid
    }
}
