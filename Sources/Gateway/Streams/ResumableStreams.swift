// SPDX-License-Identifier: MIT

import API
import Essentials
import NIOCore
import Synchronization
import Wire

/// Streams that outlive their client's connection. A locked shell around `ConversationBoard`, which decides; this wakes
/// readers and stops makers, outside the lock.
package final class ResumableStreams: Sendable {
    package typealias StreamID = ConversationBoard.StreamID

    private struct Tables {
        var board: ConversationBoard
        /// What stops the making of a stream that hasn't ended.
        var stops: [StreamID: @Sendable () -> Void] = [:]
        /// What wakes the readers of a stream, by the reader's number.
        var bells: [StreamID: [Int: AsyncStream<Void>.Continuation]] = [:]
        var lastReader = 0

        /// What is to be done for the streams that the board removed.
        mutating func settle() -> [@Sendable () -> Void] {
            board.takeRemoved().flatMap { id in
                let bells = bells.removeValue(forKey: id) ?? [:]
                let rings = bells.values.map { bell in { @Sendable in bell.finish() } }
                return rings + (stops.removeValue(forKey: id).map { [$0] } ?? [])
            }
        }
    }

    package let limits: ConversationLimits
    private let now: @Sendable () -> Moment
    private let tables: Mutex<Tables>

    package init(
        limits: ConversationLimits = ConversationLimits(),
        now: @escaping @Sendable () -> Moment = {
            Moment(uptime: .now(), unixTime: Int64(Date().timeIntervalSince1970))
        }
    ) {
        self.limits = limits
        self.now = now
        tables = Mutex(Tables(board: ConversationBoard(limits: limits)))
    }

    // MARK: The maker of a stream

    /// Begins a conversation's stream; the one before is stopped.
    /// - Parameter stop: called at most once, from any thread, when the stream is not wanted any more.
    /// - Throws: `APIError` 503 if there are too many.
    func begin(_ key: ConversationKey, stop: @escaping @Sendable () -> Void) throws(APIError) -> StreamID {
        try change { tables throws(APIError) in
            let id = try tables.board.begin(key, now: now())
            tables.stops[id] = stop
            return id
        }
    }

    func granted(_ id: StreamID) {
        change { $0.board.granted(id) }
    }

    func append(_ bytes: ByteBuffer, to id: StreamID) {
        let bells = change { tables in
            tables.board.append(bytes, to: id)
            return tables.bells[id]
        }
        for bell in (bells ?? [:]).values { bell.yield() }
    }

    /// The stream is complete.
    func end(_ id: StreamID) {
        let bells = change { tables in
            tables.board.end(id, now: now())
            tables.stops[id] = nil
            return tables.bells[id]
        }
        for bell in (bells ?? [:]).values { bell.yield() }
    }

    /// The request failed before a stream began.
    func drop(_ id: StreamID) {
        change { tables in
            tables.stops[id] = nil
            tables.board.drop(id)
        }
    }

    // MARK: Readers

    /// Begins to read a conversation's stream.
    /// - Throws: `APIError` 404, 503 or 400 if that isn't possible.
    func follow(_ key: ConversationKey, from offset: Int) throws(APIError) -> StreamFollower {
        try change { tables throws(APIError) in
            let id = try tables.board.attend(key, from: offset, now: now())
            tables.lastReader += 1
            // One ring is enough, however much came meanwhile.
            let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
            tables.bells[id, default: [:]][tables.lastReader] = bell
            return StreamFollower(streams: self, id: id, reader: tables.lastReader, rings: rings)
        }
    }

    func read(_ id: StreamID, from offset: Int) -> ConversationBoard.Reading {
        tables.withLock { $0.board.read(id, from: offset, atMost: 64 << 10) }
    }

    /// A reader is gone.
    /// - Parameter reader: its number; nil for the stream's own client.
    func leave(_ id: StreamID, reader: Int? = nil) {
        let stop = change { tables in
            if let reader { tables.bells[id]?[reader] = nil }
            return tables.board.leave(id) ? tables.stops.removeValue(forKey: id) : nil
        }
        stop?()
    }

    func lookUp(_ names: [String], owner: Int?) -> [StreamPlaceResource] {
        change { $0.board.lookUp(names, owner: owner, now: now()) }
    }

    // MARK: Ends

    /// Stops a conversation's stream and forgets it.
    func stop(_ key: ConversationKey) {
        change { $0.board.stop(key) }
    }

    /// Stops streams without a reader, and from now on each one that its last reader leaves.
    func close() {
        let stops = change { tables in tables.board.close().compactMap { tables.stops.removeValue(forKey: $0) } }
        for stop in stops { stop() }
    }

    /// Forgets what ended long ago.
    func expire() {
        change { $0.board.expire(now: now()) }
    }

    /// Changes the tables, then tells those whose streams are gone.
    private func change<Result: Sendable, E>(_ body: (inout Tables) throws(E) -> Result) throws(E) -> Result {
        let (result, calls) = tables.withLock { tables in
            let result = Swift.Result { () throws(E) in try body(&tables) }
            return (result, tables.settle())
        }
        for call in calls { call() }
        return try result.get()
    }
}
