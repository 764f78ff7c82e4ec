// SPDX-License-Identifier: MIT

import Platform

/// An open log file that only this user can read. Used by one thread at a time.
final class LogFile {
    let path: String
    /// How many bytes are in it.
    private(set) var size = 0
    private var descriptor: Int32 = -1

    init(path: String) throws(FolderError) {
        self.path = path
        try open()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends a text.
    func write(_ text: String) throws(FolderError) {
        var text = text
        let written = text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = writeBytes(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
        guard written else { throw failure("write") }
        size += text.utf8.count
    }

    /// Begins an empty file; the present one becomes `.1`, the one before `.2`, and so on.
    /// - Parameter count: How many files are kept in all.
    func rotate(keeping count: Int) throws(FolderError) {
        close(descriptor)
        descriptor = -1
        if count == 1 {
            guard unlink(path) == 0 else { throw failure("remove") }
        } else {
            for number in stride(from: count - 1, through: 1, by: -1) {
                let older = "\(path).\(number)"
                let newer = number == 1 ? path : "\(path).\(number - 1)"
                guard rename(newer, older) == 0 || errno == ENOENT else { throw failure("rename") }
            }
        }
        try open()
    }

    private func open() throws(FolderError) {
        descriptor = openFile(path)
        guard descriptor >= 0 else { throw failure("open") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at") }
        size = Int(status.st_size)
    }

    private func failure(_ verb: String) -> FolderError {
        .init(message: "can't \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}

/// The system's `open`, apart from the method of that name. A link is not followed.
private func openFile(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
}

/// The system's `write`, apart from the method of that name.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
