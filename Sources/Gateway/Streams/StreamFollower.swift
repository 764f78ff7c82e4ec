// SPDX-License-Identifier: MIT

import NIOCore

/// One reader of a conversation's stream. It reads from the ring at its own pace: it delays no other reader, and keeps
/// nothing but its offset.
final class StreamFollower: Sendable {
    private let streams: ResumableStreams
    private let id: ResumableStreams.StreamID
    private let reader: Int
    /// Rings when there may be something to read; ends when the stream was removed.
    let rings: AsyncStream<Void>

    init(streams: ResumableStreams, id: ResumableStreams.StreamID, reader: Int, rings: AsyncStream<Void>) {
        self.streams = streams
        self.id = id
        self.reader = reader
        self.rings = rings
    }

    deinit { streams.leave(id, reader: reader) }

    func read(from offset: Int) -> ConversationBoard.Reading {
        streams.read(id, from: offset)
    }
}
