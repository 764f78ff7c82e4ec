// SPDX-License-Identifier: MIT

import Platform

/// What a store does with a single file.
enum StoreFile {
    /// Opens a regular file; a link could lead anywhere, a pipe could be waited for.
    static func open(_ path: String) -> UnsafeMutablePointer<FILE>? {
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let file = fdopen(descriptor, "rb")
        else {
            close(descriptor)
            return nil
        }
        // What is read is read in one piece.
        setvbuf(file, nil, _IONBF, 0)
        return file
    }

    /// The next bytes; nil if there are fewer.
    static func read(_ file: UnsafeMutablePointer<FILE>, _ count: Int) -> [UInt8]? {
        let bytes = [UInt8](largeCapacity: count) { buffer, filled in
            filled = fread(buffer.baseAddress, 1, count, file)
        }
        return bytes.count == count ? bytes : nil
    }

    static func write(_ parts: [[UInt8]], to path: String) throws(StoreError) {
        let descriptor = systemOpen(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure }
        for part in parts {
            let problem = part.withUnsafeBytes { systemWriteAll(descriptor, $0) }
            guard problem == 0 else {
                close(descriptor)
                errno = problem
                throw failure
            }
        }
        // A full disk may say so only here.
        guard close(descriptor) == 0 else { throw failure }
    }

    static var failure: StoreError {
        StoreError("a state is not kept: \(reason)", isFull: errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
    }

    static var reason: String { String(cString: strerror(errno)) }

    /// Seconds since 1970 when its content was written or touched.
    static func modified(_ status: stat) -> Double {
        Double(status.modificationTime.tv_sec)
    }

    /// Seconds since 1970 when it got or lost a name, or was changed.
    static func changed(_ status: stat) -> Double {
        Double(status.changeTime.tv_sec)
    }

    /// Fills a buffer with the bytes from a place on; false where the file has fewer.
    static func read(_ file: UnsafeMutablePointer<FILE>, at place: Int, into buffer: UnsafeMutableRawBufferPointer)
        -> Bool
    {
        var done = 0
        while done < buffer.count {
            let count = pread(fileno(file), buffer.baseAddress! + done, buffer.count - done, off_t(place + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
