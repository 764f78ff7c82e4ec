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
        let line = event.line + "\n"
        lock.withLock { _ in
            var bytes = Array(line.utf8)[...]
            while !bytes.isEmpty {
                let written = bytes.withUnsafeBytes { Self.put(Self.descriptor, $0.baseAddress, $0.count) }
                // A closed pipe means that the parent is gone; ParentWatch sees it too.
                guard written > 0 else { return }
                bytes = bytes.dropFirst(written)
            }
        }
    }

    private static func put(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        systemWrite(descriptor, bytes, count)
    }
}
