// SPDX-License-Identifier: MIT

import Dispatch
import Platform
import Synchronization

/// Writes whole lines to a descriptor that may have no reader, such as a pipe on standard error.
///
/// The caller never waits: a thread writes, and lines that don't fit into the buffer meanwhile are left out and
/// counted. The count is written as soon as there is room again.
package final class LineWriter: Sendable {
    /// The most bytes that wait to be written.
    package let capacity: Int

    private struct State {
        var pendingBytes = 0
        var droppedLines = 0
    }
    private let descriptor: CInt
    private let notice: @Sendable (Int) -> String
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "enginehouse.lines")

    /// - Parameters:
    ///   - descriptor: Where the lines go; it stays open as long as this lives.
    ///   - capacity: The most bytes that wait to be written.
    ///   - notice: The line, without its end, that says how many lines were left out.
    package init(
        descriptor: CInt,
        capacity: Int = 1 << 20,
        notice: @escaping @Sendable (_ count: Int) -> String = LineWriter.sentence
    ) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.notice = notice
    }

    /// How the lines are told of that were left out.
    package static func sentence(_ count: Int) -> String {
        "(\(count) log line\(count == 1 ? " was" : "s were") left out: the log wasn't read fast enough)"
    }

    /// Writes a line soon, or leaves it out if there is no room.
    /// - Parameter line: Without its end.
    package func append(_ line: String) {
        let size = line.utf8.count + 1
        state.withLock { state in
            guard state.pendingBytes + size <= capacity else {
                state.droppedLines += 1
                return
            }
            state.pendingBytes += size
            let dropped = state.droppedLines
            state.droppedLines = 0
            // Within the lock, so that lines are written in the order in which they came.
            queue.async { [self] in
                put((dropped > 0 ? notice(dropped) + "\n" : "") + line + "\n")
                let late = self.state.withLock { state in
                    state.pendingBytes -= size
                    guard state.pendingBytes == 0 else { return 0 }
                    defer { state.droppedLines = 0 }
                    return state.droppedLines
                }
                if late > 0 { put(notice(late) + "\n") }
            }
        }
    }

    /// Waits until everything so far is written, unless the reader is gone: then not longer than a time.
    ///
    /// Where the descriptor has room, the thread that writes merely waits for its turn on a busy machine.
    /// - Parameters:
    ///   - milliseconds: how long a descriptor without room is waited for.
    ///   - most: how long the thread is waited for at most, in seconds.
    /// - Returns: Whether it is written.
    @discardableResult
    package func flush(milliseconds: Int = 500, most: Int = 10) -> Bool {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        let end = DispatchTime.now() + .seconds(most)
        while done.wait(timeout: .now() + .milliseconds(milliseconds)) != .success {
            guard hasRoom, .now() < end else { return false }
        }
        return true
    }

    /// Whether a write would not block.
    private var hasRoom: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLOUT | POLLERR) != 0
    }

    /// Blocks for as long as the reader makes it; one `write` a line where it can, so that lines of several programs
    /// don't mix.
    private func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    // Another process that shares the descriptor has made it non-blocking; this thread may wait.
                    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&entry, 1, 1000)
                    continue
                }
                // There is no reader, and nowhere left to say so.
                guard count > 0 else { return }
                done += count
            }
        }
    }
}
