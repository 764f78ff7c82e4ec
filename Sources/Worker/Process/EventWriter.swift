// SPDX-License-Identifier: MIT

import Synchronization
import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes events for the parent to the standard output, a line each; or, without a parent, a few words for people.
final class EventWriter: Sendable {
    private let isForeground: Bool
    private let lock = Mutex(())
    private let hasListened = Atomic(false)

    init(isForeground: Bool) {
        self.isForeground = isForeground
    }

    func send(_ event: WorkerEvent) {
        guard isForeground else { return write(event.line, to: STDOUT_FILENO) }
        switch event {
        case .loading, .sleeping: break
        case .ready(let address, _, _):
            // Only the first time: a model that slept is ready again where it was.
            guard !hasListened.exchange(true, ordering: .relaxed) else { return }
            write("listening on \(address)", to: STDOUT_FILENO)
        case .failed(let reason): write("switchyard-worker: \(reason)", to: STDERR_FILENO)
        }
    }

    private func write(_ line: String, to descriptor: CInt) {
        lock.withLock { _ in
            var bytes = Array((line + "\n").utf8)[...]
            while !bytes.isEmpty {
                let written = bytes.withUnsafeBytes { Self.put(descriptor, $0.baseAddress, $0.count) }
                // A closed pipe means that the parent is gone; ParentWatch sees it too.
                guard written > 0 else { return }
                bytes = bytes.dropFirst(written)
            }
        }
    }

    private static func put(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes, count)
        #else
            Darwin.write(descriptor, bytes, count)
        #endif
    }
}
