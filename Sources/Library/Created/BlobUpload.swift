// SPDX-License-Identifier: MIT

import Catalogue
import Crypto
import NIOCore
import Platform
import Synchronization

/// A file that a client sends: `BLOB.incomplete`, locked against others, hashed as it grows. It becomes the blob only when its
/// hash is right; one that isn't finished is removed.
///
/// Blocks its caller: it belongs on a thread for files.
final class BlobUpload: Sendable {
    private struct State {
        var have: UInt64 = 0
        /// How much of it there was when the disk was last looked at.
        var checked: UInt64 = 0
        var hash = BlobHash.sha256(SHA256())
        /// Whether the file has become the blob, or is removed.
        var isOver = false
    }

    private let descriptor: Int32
    private let blob: String
    private let path: String
    private let digest: BlobDigest
    private let state = Mutex(State())

    /// What an upload leaves free on the disk, in bytes.
    private static let reserve: UInt64 = 64 << 20
    /// How much is written between two looks at what is free, in bytes.
    private static let step: UInt64 = 64 << 20

    /// - Parameters:
    ///   - blob: the path that the finished file gets.
    ///   - size: its bytes, where the client says so.
    /// - Throws: `disk`; `busy` where the same is being sent already.
    init(_ digest: BlobDigest, as blob: String, size: UInt64?) throws(HubError) {
        self.digest = digest
        self.blob = blob
        path = blob + PartFile.suffix
        let folder = CacheFiles.parent(of: blob)
        try CacheFiles.makeFolder(folder)
        try Self.checkRoom(for: size ?? 0, in: folder)
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw HubError.disk("'\(path)' cannot be written") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw HubError(.busy, "another client sends '\(digest)' at this moment")
        }
        // What an upload has left that ended with the process.
        guard ftruncate(file, 0) == 0 else {
            let failure = errno
            close(file)
            throw HubError.disk("'\(path)' cannot be written", failure)
        }
        // The last of all: an object that is complete is cleaned up after by `deinit`, also where this throws.
        descriptor = file
    }

    deinit {
        abandon()
        close(descriptor)
    }

    /// - Throws: `disk`.
    func append(_ bytes: ByteBuffer) throws(HubError) {
        try state.withLock { state throws(HubError) in
            if state.have - state.checked >= Self.step {
                try Self.checkRoom(for: UInt64(bytes.readableBytes), in: CacheFiles.parent(of: blob))
                state.checked = state.have
            }
            let failure = bytes.withUnsafeReadableBytes { bytes in
                state.hash.update(bytes)
                return systemWriteAll(descriptor, bytes)
            }
            guard failure == 0 else { throw HubError.disk("'\(path)' cannot be written", failure) }
            state.have += UInt64(bytes.readableBytes)
        }
    }

    /// Makes it the blob.
    /// - Throws: `invalidName` where the content isn't what the digest says; `disk`.
    func finish() throws(HubError) {
        try state.withLock { state throws(HubError) in
            guard state.hash.oid == digest.digits else {
                throw HubError(
                    .invalidName,
                    "digest mismatch, expected '\(digest)', got 'sha256:\(state.hash.oid)': the body isn't the file that the "
                        + "path names"
                )
            }
            guard fsync(descriptor) == 0, rename(path, blob) == 0 else {
                throw HubError.disk("'\(blob)' cannot be written")
            }
            state.isOver = true
        }
    }

    /// Removes it, unless it has become the blob.
    func abandon() {
        state.withLock { state in
            guard !state.isOver else { return }
            unlink(path)
            state.isOver = true
        }
    }

    private static func checkRoom(for bytes: UInt64, in folder: String) throws(HubError) {
        guard let free = CacheFiles.freeBytes(at: folder), bytes > free || free - bytes < reserve else { return }
        throw HubError(
            .disk,
            "there is not enough room in '\(folder)': \(free >> 20) MiB are free, and \(reserve >> 20) of them stay so; make room "
                + "and send it again"
        )
    }
}
