// SPDX-License-Identifier: MIT

import Dispatch
import Platform
import Synchronization

/// The keys that are pressed on standard input, from a thread of its own.
final class Keyboard: Sendable {
    /// The keys, in their order; ends with the input.
    let keys: AsyncStream<Key>
    private let send: AsyncStream<Key>.Continuation
    private let isStopped = Mutex(false)
    private let interrupt = Mutex<Interrupt?>(nil)

    /// What Ctrl-C does. A bare closure in a mutex would be wrapped once more by each look at it.
    private struct Interrupt: Sendable {
        let act: @Sendable () -> Void
    }

    /// How long an escape may be the beginning of a sequence, in milliseconds.
    private static let escapeTime: Int32 = 40

    init() {
        // Keys that come while none is awaited wait, up to a bound.
        (keys, send) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(65_536))
        DispatchQueue(label: "keyboard").async { [self] in read() }
    }

    /// Feeds in a key that wasn't pressed.
    func press(_ key: Key) { send.yield(key) }

    func stop() {
        isStopped.withLock { $0 = true }
        send.finish()
    }

    /// Lets Ctrl-C call `action` instead of being a key, for as long as `body` runs.
    func interrupting<Value>(_ action: @escaping @Sendable () -> Void, _ body: () async throws -> Value) async rethrows
        -> Value
    {
        interrupt.withLock { $0 = Interrupt(act: action) }
        defer { interrupt.withLock { $0 = nil } }
        return try await body()
    }

    private func read() {
        var decoder = KeyDecoder()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isStopped.withLock({ $0 }) {
            var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, Self.escapeTime)
            if ready == 0 { publish(decoder.flush()) }
            guard ready > 0 else { continue }
            let count = buffer.withUnsafeMutableBytes { systemRead(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { break }
            publish(decoder.add(buffer.prefix(count)))
        }
        send.finish()
    }

    private func publish(_ keys: [Key]) {
        for key in keys {
            if key == .control("c"), let interrupt = interrupt.withLock({ $0 }) {
                interrupt.act()
            } else {
                send.yield(key)
            }
        }
    }
}
