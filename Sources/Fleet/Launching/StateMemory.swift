// SPDX-License-Identifier: MIT

import Dispatch
import Essentials
package import Logging
package import StateStore

/// Main memory for conversations that outlive their workers: files of a file system that lies in memory, for as long as the router lives.
package final class StateMemory: Sendable {
    /// Where such a file system usually is.
    private static let base = "/dev/shm"

    package let place: StorePlace
    private let directory: RuntimeDirectory
    private let folder: StoreFolder
    private let logger: Logger
    private let queue = DispatchQueue(label: "enginehouse.states", qos: .utility)

    /// - Parameter limit: the most bytes of all conversations.
    /// - Returns: nil where there is no such file system, or no room is given.
    package init?(limit: Int64, logger: Logger) {
        #if os(Linux)
            guard limit > 0 else { return nil }
            do {
                directory = try RuntimeDirectory(under: [Self.base])
                folder = try StoreFolder(path: directory.path)
            } catch {
                logger.notice("Conversations don't outlive their workers", metadata: ["reason": "\(error)"])
                return nil
            }
            self.logger = logger
            place = StorePlace(.memory, folder: directory.path, limit: limit)
        #else
            return nil
        #endif
    }

    /// Bytes that it takes now.
    package var bytes: Int64 { folder.bytes }

    /// Has it take no more than these bytes from now on; what is worth least goes. Returns at once.
    package func limit(to bytes: Int64) {
        queue.async { [self] in
            // One that can't be written bounds nothing: workers keep to the limit that they were given.
            try? folder.setLimit(bytes)
            folder.trim(to: bytes, now: Date().timeIntervalSince1970)
        }
    }

    /// Removes all of it.
    func remove() {
        queue.sync {}
        guard let reason = directory.remove() else { return }
        logger.warning("Conversations not removed", metadata: ["path": "\(directory.path)", "reason": "\(reason)"])
    }
}
