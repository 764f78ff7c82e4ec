// SPDX-License-Identifier: MIT

package import Crypto

/// The hash by which the hub names a blob: SHA-256 of a large file, or git's SHA-1 of a small one.
package enum BlobHash {
    case sha256(SHA256)
    case git(Insecure.SHA1)

    /// The hash of a kind that fits `oid`, before the first byte.
    /// - Parameter size: the file's bytes; git hashes them too.
    package init(oid: String, size: UInt64) {
        if oid.utf8.count == 64 {
            self = .sha256(SHA256())
        } else {
            var hash = Insecure.SHA1()
            hash.update(data: Array("blob \(size)\0".utf8))
            self = .git(hash)
        }
    }

    /// Takes in more of the file.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            self = .sha256(hash)
        case .git(var hash):
            hash.update(bufferPointer: bytes)
            self = .git(hash)
        }
    }

    /// The name that the bytes so far have, in small hexadecimal digits.
    package var oid: String {
        switch self {
        case .sha256(let hash): Self.hexadecimal(hash.finalize())
        case .git(let hash): Self.hexadecimal(hash.finalize())
        }
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
