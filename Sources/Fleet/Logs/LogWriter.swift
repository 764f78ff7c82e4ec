// SPDX-License-Identifier: MIT

import Dispatch
package import Logging
import Synchronization

/// Log files, bounded in size. A queue writes the lines, so no caller waits for the disk. Lines that the disk can't
/// keep up with are left out and counted.
package final class LogWriter: Sendable {
    /// When a file has grown to this size, the next one is begun.
    package let fileBytes: Int
    /// How many files are kept of each, the present one included.
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

    /// - Parameter logger: hears of what can't be written; it must not write to these files itself.
    package init(fileBytes: Int = 10_000_000, fileCount: Int = 3, logger: Logger) {
        self.fileBytes = max(fileBytes, 1)
        self.fileCount = max(fileCount, 1)
        self.logger = logger
    }

    /// Begins a file, so that a name that can't be used is an error at once.
    package func open(_ path: String) throws(FolderError) {
        try files.withLock { files throws(FolderError) in files.open[path] = try LogFile(path: path) }
    }

    /// Writes a line soon.
    package func append(_ line: String, to path: String) {
        let size = line.utf8.count + 1
        guard pendingBytes.load(ordering: .relaxed) + size <= Self.mostPendingBytes else {
            droppedLines.add(1, ordering: .relaxed)
            return
        }
        pendingBytes.add(size, ordering: .relaxed)
        queue.async { [self] in
            pendingBytes.subtract(size, ordering: .relaxed)
            write(line, to: path)
        }
    }

    /// Returns when everything so far was written.
    package func flush() { queue.sync {} }

    private func write(_ line: String, to path: String) {
        files.withLock { files in
            let dropped = droppedLines.exchange(0, ordering: .relaxed)
            let text = dropped > 0 ? "(\(dropped) lines were left out)\n\(line)\n" : line + "\n"
            if files.open[path] == nil, files.open.count >= Self.mostOpenFiles { files.open = [:] }
            do {
                let file = try files.open[path] ?? LogFile(path: path)
                files.open[path] = file
                if file.size > 0, file.size + text.utf8.count > fileBytes { try file.rotate(keeping: fileCount) }
                try file.write(text)
                files.hasFailed = false
            } catch {
                files.open[path] = nil
                guard !files.hasFailed else { return }
                files.hasFailed = true
                logger.error("Log not written", metadata: ["path": "\(path)", "reason": "\(error)"])
            }
        }
    }
}
