// SPDX-License-Identifier: MIT

package import API
package import NIOCore
package import Wire

/// The streams of conversations: which there are, what is kept of them, and what has to go. It decides; it has no clock
/// and no lock, and wakes no reader.
///
/// One conversation has one stream at most: a new one takes the place of the one before. Memory is bounded by the number
/// of streams, by the bytes of each and by the bytes of all; where it gets tight, the streams that ended first go first.
package struct ConversationBoard {
    package typealias StreamID = Int

    /// What a reader finds at an offset.
    package enum Reading: Equatable {
        case bytes(ByteBuffer)
        /// Nothing yet; more comes.
        case pending
        /// Nothing more comes.
        case ended
        /// The bytes at this offset are no longer kept.
        case lost
        /// The stream was stopped, replaced or forgotten.
        case gone
    }

    private let limits: ConversationLimits
    private var streams: [StreamID: ConversationStream] = [:]
    private var ids: [ConversationKey: StreamID] = [:]
    /// How many blocks all rings hold.
    private var blocks = 0
    private var lastID = 0
    private var isClosing = false
    /// Streams that were removed since the last `takeRemoved`: their readers and their makers have to hear of it.
    private var removed: [StreamID] = []

    package init(limits: ConversationLimits) {
        self.limits = limits
    }

    /// How many streams there are.
    package var count: Int { streams.count }
    /// How many bytes of memory they hold.
    package var heldBytes: Int { blocks * StreamRing.blockBytes }

    /// The streams that were removed since the last call.
    package mutating func takeRemoved() -> [StreamID] {
        defer { removed = [] }
        return removed
    }

    // MARK: The maker of a stream

    /// A conversation's request begins to wait for its model, with one reader: its own client.
    /// - Throws: `APIError` 503 if there are too many streams, none of which has ended.
    package mutating func begin(_ key: ConversationKey, now: Moment) throws(APIError) -> StreamID {
        expire(now: now)
        if let previous = ids[key] { remove(previous) }
        if streams.count >= limits.streams {
            guard let oldest = oldestEnded() else {
                throw APIError(
                    .unavailable,
                    "\(limits.streams) streams with X-Conversation-Id run already: try again later, or without that header",
                    retryAfter: .seconds(5)
                )
            }
            remove(oldest)
        }
        lastID += 1
        streams[lastID] = ConversationStream(key: key, began: now)
        ids[key] = lastID
        return lastID
    }

    /// The request got its model.
    package mutating func granted(_ id: StreamID) {
        streams[id]?.course = .running
    }

    /// More of the stream came. For a stream that was removed this does nothing.
    package mutating func append(_ bytes: ByteBuffer, to id: StreamID) {
        guard let index = streams.index(forKey: id) else { return }
        let held = streams.values[index].ring.blocks
        // At most two blocks more than the bytes fill: the ones at both ends.
        let wanted = min(held + bytes.readableBytes / StreamRing.blockBytes + 2, limits.blocksEach)
        while blocks + wanted - held > limits.blocks, let oldest = oldestEnded() { remove(oldest) }
        let room = limits.blocks - blocks + held
        // Removing others has moved the place.
        streams[id]?.ring.append(bytes, maxBlocks: min(limits.blocksEach, room))
        blocks += (streams[id]?.ring.blocks ?? 0) - held
    }

    /// The stream is complete: it is kept for a while.
    package mutating func end(_ id: StreamID, now: Moment) {
        streams[id]?.course = .ended(now)
    }

    /// There is no stream, since the request failed before one began. One that has ended stays.
    package mutating func drop(_ id: StreamID) {
        guard streams[id]?.end == nil else { return }
        remove(id)
    }

    // MARK: Readers

    /// Adds a reader to a conversation's stream.
    /// - Parameter offset: from which byte on.
    /// - Throws: `APIError` 404 without such a stream, 503 while its model loads, 400 if its bytes are no longer there.
    package mutating func attend(
        _ key: ConversationKey,
        from offset: Int,
        now: Moment
    ) throws(APIError) -> StreamID {
        expire(now: now)
        guard let id = ids[key], let stream = streams[id] else {
            throw APIError(.notFound, "Stream not found or expired")
        }
        if case .waiting = stream.course {
            throw APIError(.unavailable, "Stream owner model is loading, retry later", retryAfter: .seconds(1))
        }
        guard offset >= stream.ring.start else {
            throw APIError(
                .invalidRequest,
                "Stream offset lost, please restart: the oldest byte kept is \(stream.ring.start)"
            )
        }
        streams[id]?.attendants += 1
        return id
    }

    /// A reader is gone.
    /// - Returns: whether the stream has to be stopped, since no reader can come back for it.
    package mutating func leave(_ id: StreamID) -> Bool {
        guard let index = streams.index(forKey: id) else { return false }
        streams.values[index].attendants -= 1
        return isClosing && isUnattended(streams.values[index])
    }

    /// - Parameter limit: how many bytes at most.
    package func read(_ id: StreamID, from offset: Int, atMost limit: Int) -> Reading {
        guard let stream = streams[id] else { return .gone }
        if offset < stream.ring.start { return .lost }
        if offset < stream.ring.end { return .bytes(stream.ring.bytes(from: offset, atMost: limit)) }
        return stream.end == nil ? .pending : .ended
    }

    /// The streams of those conversations, and of their variants: behind an id there may stand `::` and a model's name.
    /// Streams whose model loads are not among them.
    package mutating func lookUp(_ names: [String], owner: Int?, now: Moment) -> [StreamPlaceResource] {
        expire(now: now)
        var found: [String: [StreamID]] = [:]
        for (id, stream) in streams where stream.key.owner == owner {
            if case .waiting = stream.course { continue }
            for name in Self.names(of: stream.key.id) { found[name, default: []].append(id) }
        }
        var told: Set<StreamID> = []
        var entries: [StreamPlaceResource] = []
        for name in names {
            for id in (found[name] ?? []).sorted() where told.insert(id).inserted {
                if let stream = streams[id] { entries.append(stream.resource) }
            }
        }
        return entries
    }

    /// An id, and what stands before each `::` in it.
    private static func names(of id: String) -> [String] {
        var names = [id]
        var rest = id[...]
        while let mark = rest.firstRange(of: "::") {
            names.append(String(id[..<mark.lowerBound]))
            rest = rest[rest.index(after: mark.lowerBound)...]
        }
        return names
    }

    // MARK: Ends

    /// Forgets a conversation's stream; its maker has to stop.
    package mutating func stop(_ key: ConversationKey) {
        if let id = ids[key] { remove(id) }
    }

    /// No reader can come back from now on.
    /// - Returns: the streams without a reader, which have to be stopped.
    package mutating func close() -> [StreamID] {
        isClosing = true
        return streams.filter { isUnattended($0.value) }.keys.sorted()
    }

    /// Forgets what ended long ago.
    package mutating func expire(now: Moment) {
        for (id, stream) in streams {
            if let end = stream.end, end.uptime + limits.age <= now.uptime { remove(id) }
        }
    }

    private func isUnattended(_ stream: ConversationStream) -> Bool {
        stream.attendants == 0 && stream.end == nil
    }

    private func oldestEnded() -> StreamID? {
        streams.lazy
            .compactMap { id, stream in stream.end.map { (id, $0.uptime) } }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    private mutating func remove(_ id: StreamID) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        blocks -= stream.ring.blocks
        if ids[stream.key] == id { ids[stream.key] = nil }
        removed.append(id)
    }
}
