// SPDX-License-Identifier: MIT

import Dispatch
package import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder with one log file for each model, bounded in size. Lines are written by a queue of its own: whoever has a line
/// never waits for the disk, and lines that the disk can't keep up with are counted and left out.
package final class LogDirectory: Sendable {
    /// Why there is no such folder.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let path: String
    /// When a file has grown to this size, the next one is begun.
    package let fileBytes: Int
    /// How many files of a model are kept, the present one included.
    package let fileCount: Int

    private static let mostPendingBytes = 8 << 20
    private static let mostOpenFiles = 64

    private struct Files {
        var open: [String: LogFile] = [:]
        /// Whether it was reported that something can't be written.
        var hasFailed = false
    }
    private let logger: Logger
    private let queue = DispatchQueue(label: "enginehouse.logs")
    /// Used on the queue only; the lock is for the compiler.
    private let files = Mutex(Files())
    private let pendingBytes = Atomic(0)
    private let droppedLines = Atomic(0)

    /// Makes the folder if it isn't there; its parent has to be.
    package init(
        path: String,
        fileBytes: Int = 10_000_000,
        fileCount: Int = 3,
        logger: Logger
    ) throws(Failure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST, access(path, W_OK | X_OK) == 0 else {
            throw Failure(description: "no logs can be written to \(path): \(String(cString: strerror(errno)))")
        }
        self.path = path
        self.fileBytes = max(fileBytes, 1)
        self.fileCount = max(fileCount, 1)
        self.logger = logger
    }

    /// Writes a line soon.
    package func append(_ line: String, of model: String) {
        let size = line.utf8.count + 1
        guard pendingBytes.load(ordering: .relaxed) + size <= Self.mostPendingBytes else {
            droppedLines.add(1, ordering: .relaxed)
            return
        }
        pendingBytes.add(size, ordering: .relaxed)
        queue.async { [self] in
            pendingBytes.subtract(size, ordering: .relaxed)
            write(line, of: model)
        }
    }

    /// Returns when everything so far was written.
    package func flush() { queue.sync {} }

    /// The file of a model. Whatever could mean something to the file system is written as `%` and its code.
    package func filePath(of model: String) -> String {
        var name = ""
        for byte in model.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.append(Character(Unicode.Scalar(byte)))
            case UInt8(ascii: ".") where !name.isEmpty:
                name.append(".")
            default:
                name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        if name.utf8.count > 200 {
            // Long names that begin alike stay apart (FNV-1a).
            let hash = model.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            name = String(name.prefix(180)) + "-" + String(hash, radix: 16)
        }
        return "\(path)/\(name).log"
    }

    private func write(_ line: String, of model: String) {
        files.withLock { files in
            let dropped = droppedLines.exchange(0, ordering: .relaxed)
            let text = dropped > 0 ? "(\(dropped) lines of all models were left out)\n\(line)\n" : line + "\n"
            if files.open[model] == nil, files.open.count >= Self.mostOpenFiles { files.open = [:] }
            do {
                let file = try files.open[model] ?? LogFile(path: filePath(of: model))
                files.open[model] = file
                if file.size > 0, file.size + text.utf8.count > fileBytes { try file.rotate(keeping: fileCount) }
                try file.write(text)
                files.hasFailed = false
            } catch {
                files.open[model] = nil
                guard !files.hasFailed else { return }
                files.hasFailed = true
                logger.error("Log not written", metadata: ["model": "\(model)", "reason": "\(error)"])
            }
        }
    }
}
