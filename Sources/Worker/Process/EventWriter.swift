// SPDX-License-Identifier: MIT

import Platform
import Synchronization
import Wire

/// Writes events for the parent to the standard output, a line each.
final class EventWriter: Sendable {
    /// Where events go.
    static let descriptor: CInt = STDOUT_FILENO

    private let lock = Mutex(())

    func send(_ event: WorkerEvent) {
        let bytes = Array((event.line + "\n").utf8)
        // A closed pipe means that the parent is gone; ParentWatch sees it too.
        lock.withLock { _ in _ = bytes.withUnsafeBytes { systemWriteAll(Self.descriptor, $0) } }
    }
}
