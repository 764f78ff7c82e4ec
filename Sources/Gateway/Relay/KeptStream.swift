// SPDX-License-Identifier: MIT

import NIOCore

/// The stream of the request at hand, if it outlives its client: the relay writes to the ring, and the request's own
/// client is one of its readers.
struct KeptStream {
    let streams: ResumableStreams
    let id: ResumableStreams.StreamID
    /// How much its own client was sent.
    private var sent = 0
    private var isAttended = true

    init(streams: ResumableStreams, id: ResumableStreams.StreamID) {
        self.streams = streams
        self.id = id
    }

    /// The request got its model.
    func granted() { streams.granted(id) }

    /// Its own client is gone, or at least says no more: most likely it won't read to the end.
    mutating func leave() {
        guard isAttended else { return }
        isAttended = false
        streams.leave(id)
    }

    /// What its own client gets next.
    mutating func next() -> ConversationBoard.Reading {
        let reading = streams.read(id, from: sent)
        if case .bytes(let bytes) = reading { sent += bytes.readableBytes }
        return reading
    }
}
