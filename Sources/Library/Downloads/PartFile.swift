// SPDX-License-Identifier: MIT

import Catalogue
import NIOCore
import Platform
import Synchronization

/// A file that is being downloaded: `blobs/OID.incomplete`, locked against others, hashed as it grows.
///
/// Blocks its caller: it belongs on a thread for files. It becomes the blob only when size and hash are right.
final class PartFile: Sendable {
    /// How unfinished files are called, for us and for the Hugging Face tools.
    static let suffix = ".incomplete"

    private struct State {
        var have: UInt64 = 0
        var hash: BlobHash
    }

    private let descriptor: Int32
    private let path: String
    private let file: HubFile
    private let state: Mutex<State>

    /// Opens or makes the file. What is there already counts only after `takeIn`.
    /// - Parameter blob: the path that the finished file gets.
    /// - Throws: `disk`; `busy` if another process has it.
    init(blob: String, of file: HubFile) throws(HubError) {
        path = blob + Self.suffix
        self.file = file
        state = Mutex(State(hash: BlobHash(oid: file.oid, size: file.sizeBytes)))
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw HubError.disk("'\(path)' cannot be written") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            // The object is complete, so that `deinit` closes it.
            throw HubError(.busy, "another program downloads '\(file.path)' at this moment")
        }
    }

    deinit { close(descriptor) }

    /// How many bytes are there.
    var have: UInt64 { state.withLock { $0.have } }

    /// Reads and hashes what an earlier download has left.
    func takeIn() throws(HubError) {
        try state.withLock { state throws(HubError) in
            let end = lseek(descriptor, 0, SEEK_END)
            guard end >= 0, UInt64(end) <= file.sizeBytes else { return try empty(&state) }
            guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw HubError.disk("'\(path)' cannot be read") }
            state = State(hash: BlobHash(oid: file.oid, size: file.sizeBytes))
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw HubError.disk("'\(path)' cannot be read") }
                guard count > 0 else { return }
                buffer.withUnsafeBytes { state.hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
                state.have += UInt64(count)
            }
        }
    }

    /// Appends what came from the hub.
    /// - Throws: `disk`; `wrongContent` for more bytes than the file has.
    func append(_ bytes: ByteBuffer) throws(HubError) {
        try state.withLock { state throws(HubError) in
            guard UInt64(bytes.readableBytes) <= file.sizeBytes - min(state.have, file.sizeBytes) else {
                throw HubError(
                    .wrongContent,
                    "the hub sends more of '\(file.path)' than the \(file.sizeBytes) bytes listed"
                )
            }
            let failure = bytes.withUnsafeReadableBytes { bytes in
                state.hash.update(bytes)
                return systemWriteAll(descriptor, bytes)
            }
            guard failure == 0 else { throw HubError.disk("'\(file.path)' cannot be written", failure) }
            state.have += UInt64(bytes.readableBytes)
        }
    }

    /// Drops what is there.
    func reset() throws(HubError) {
        try state.withLock { state throws(HubError) in try empty(&state) }
    }

    /// Makes it the blob, if it is what it has to be.
    /// - Throws: `wrongContent`, after which it is empty; `disk`.
    func finish(as blob: String) throws(HubError) {
        try state.withLock { state throws(HubError) in
            let oid = state.hash.oid
            guard state.have == file.sizeBytes, oid == file.oid else {
                try empty(&state)
                throw HubError(
                    .wrongContent,
                    "'\(file.path)' came with the wrong content: its hash is \(oid) instead of \(file.oid)"
                )
            }
            guard fsync(descriptor) == 0, rename(path, blob) == 0 else {
                throw HubError.disk("'\(file.path)' cannot be finished")
            }
        }
    }

    /// Removes it.
    func remove() { unlink(path) }

    private func empty(_ state: inout State) throws(HubError) {
        state = State(hash: BlobHash(oid: file.oid, size: file.sizeBytes))
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw HubError.disk("'\(path)' cannot be written")
        }
    }
}

extension HubError {
    /// What the file system says.
    static func disk(_ what: String, _ number: Int32 = errno) -> HubError {
        guard number != ENOSPC, number != EDQUOT else { return HubError(.disk, "\(what): the disk is full") }
        return HubError(.disk, "\(what): \(String(cString: strerror(number)))")
    }
}
