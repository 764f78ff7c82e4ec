// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// Requests with a conversation's id: their streams go on without their client, which can come back for them.
extension RelayHandler {
    /// Begins to keep the stream of the request at hand, if it asks for one.
    /// - Throws: `APIError` if that can't be.
    func keepStream(exchange: Int) throws(APIError) {
        guard let request = current.request, let name = request.conversation, current.wantsStream else { return }
        let key = try ConversationKey(owner: request.owner, id: name)
        // The board holds this handler until the stream has ended, as the connection doesn't any more.
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let id = try streams.begin(key) {
            bound.eventLoop.execute { bound.value.stopKept(exchange: exchange) }
        }
        current.kept = KeptStream(streams: streams, id: id)
        state.keep()
    }

    private func stopKept(exchange: Int) {
        let actions = state.stopped(exchange: exchange)
        if !actions.isEmpty { current.wasStopped = true }
        run(actions)
    }

    /// Passes a part of the response's body on.
    func writeBody(_ bytes: ByteBuffer) {
        guard let kept = current.kept else {
            context?.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
            return
        }
        kept.streams.append(bytes, to: kept.id)
        writeKept()
    }

    /// Sends the client what it hasn't got of a kept stream.
    /// - Parameter isLast: whether to send all of it, else as much as it takes.
    func writeKept(isLast: Bool = false) {
        guard let context, context.channel.isActive else { return }
        while isLast || context.channel.isWritable {
            switch current.kept?.next() {
            case .bytes(let bytes):
                context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
            case .lost:
                // It was slower than the ring is long. What it doesn't get it must not take for got.
                context.close(promise: nil)
                return
            case .pending, .ended, .gone, nil:
                return
            }
        }
    }

    /// The kept stream is complete: its client gets the rest of it.
    func endKept() {
        guard let kept = current.kept else { return }
        let streams = kept.streams
        streams.end(kept.id)
        eventLoop.assumeIsolated().scheduleTask(in: streams.limits.age + .seconds(1)) { streams.expire() }
        writeKept(isLast: true)
        current.kept = nil
    }

    /// The response is none that could be kept.
    func dropKept() {
        guard let kept = current.kept else { return }
        current.kept = nil
        kept.streams.drop(kept.id)
    }

    /// The client's connection is closed: its kept stream goes on.
    func leaveKept() {
        guard current.kept != nil else { return }
        guard state.isDetached else { return dropKept() }
        if current.passage?.status == 0 { current.passage?.status = HTTPResponseStatus.ok.code }
        current.kept?.leave()
    }
}
