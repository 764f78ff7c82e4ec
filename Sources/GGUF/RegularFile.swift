// SPDX-License-Identifier: MIT

import Platform

/// A regular file, open for reading at any offset.
///
/// The one place of this target that talks to the operating system.
final class RegularFile: Sendable {
    private let descriptor: Int32
    /// The file's size in bytes when it was opened.
    let size: UInt64

    /// Opens `path`, following symbolic links.
    ///
    /// A FIFO, a socket or a device never blocks the caller: it is opened without waiting and then refused.
    /// - Throws: `unreadable`, `notARegularFile`.
    init(path: String) throws(GGUFError) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            // What open(2) says of sockets and of devices without a driver.
            guard errno != ENXIO else { throw GGUFError(.notARegularFile, "not a regular file") }
            throw Self.unreadable("opened")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = Self.unreadable("examined")
            close(descriptor)
            throw error
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            throw GGUFError(.notARegularFile, isDirectory ? "a directory, not a file" : "not a regular file")
        }
        self.descriptor = descriptor
        size = UInt64(max(0, status.st_size))
    }

    deinit { close(descriptor) }

    /// Reads up to `count` bytes at `offset` into the start of `buffer`, which must be at least as long.
    ///
    /// - Returns: the bytes read; fewer than `count` only at the file's end.
    /// - Throws: `unreadable`.
    func read(_ count: Int, at offset: UInt64, into buffer: inout [UInt8]) throws(GGUFError) -> Int {
        precondition(count <= buffer.count)
        var filled = 0
        while filled < count {
            let transferred = buffer.withUnsafeMutableBytes { bytes in
                let target = bytes.baseAddress?.advanced(by: filled)
                return pread(descriptor, target, count - filled, off_t(offset) + off_t(filled))
            }
            if transferred == 0 { break }
            if transferred < 0 {
                guard errno == EINTR else { throw Self.unreadable("read") }
                continue
            }
            filled += transferred
        }
        return filled
    }

    private static func unreadable(_ verb: String) -> GGUFError {
        GGUFError(.unreadable, "cannot be \(verb): \(String(cString: strerror(errno)))")
    }
}
