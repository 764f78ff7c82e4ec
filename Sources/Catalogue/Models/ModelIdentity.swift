// SPDX-License-Identifier: MIT

import Crypto
import Platform

/// What tells a model's files from those that had its name before.
package struct ModelIdentity: Sendable {
    /// When the first file was last written, in seconds since 1970; 0 where there is none.
    package let modified: Int64
    /// 64 hexadecimal digits, others as soon as a file is another one. Not a sum of the content, which takes minutes to read.
    package let digest: String

    /// Looks at the files' sizes and times.
    package init(_ entry: ModelEntry) {
        var hash = SHA256()
        var modified: Int64 = 0
        hash.update(data: Array(entry.id.utf8))
        for path in entry.shardPaths + [entry.projectorPath].compactMap(\.self) {
            var facts = stat()
            guard !path.isEmpty, stat(path, &facts) == 0 else { continue }
            let time = facts.modificationTime
            if modified == 0 { modified = Int64(time.tv_sec) }
            hash.update(data: Array("\(path)\0\(facts.st_size)\0\(time.tv_sec).\(time.tv_nsec)\0".utf8))
        }
        self.modified = modified
        digest = BlobHash.hexadecimal(hash.finalize())
    }
}
