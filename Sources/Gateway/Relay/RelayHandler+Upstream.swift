// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// The worker's response on its way to the client.
extension RelayHandler: UpstreamDelegate {
    func upstreamRead(_ part: HTTPClientResponsePart, keepsAlive: Bool) {
        switch part {
        case .head(let head):
            forward(head)
        case .body(var bytes):
            guard untold == nil else {
                // What is longer can't be an error's sentence.
                if (untold?.readableBytes ?? 0) + bytes.readableBytes <= 64 << 10 { untold?.writeBuffer(&bytes) }
                return
            }
            noteEventEnd(bytes)
            notePart(bytes)
            if isAwaitingToken {
                isAwaitingToken = false
                timing.firstToken = .now() - timing.asked
            }
            writeBody(bytes)
        case .end:
            run(state.responseEnd())
        }
    }

    func upstreamReadComplete() {
        context?.flush()
        lastProgress = .now()
        lastWorkerByte = lastProgress
        inUse?.progress()
        run(state.responseReadComplete(clientIsWritable: context?.channel.isWritable ?? true))
    }

    func upstreamClosed() {
        run(state.upstreamClosed())
    }

    private func forward(_ head: HTTPResponseHead) {
        request = nil
        let isChunked = !head.headers.contains(name: "content-length") && head.status.mayHaveResponseBody
        let type = head.headers.first(name: "content-type") ?? ""
        let isEvents = type.hasPrefix("text/event-stream")
        isLines = !isEvents && type.hasPrefix("application/x-ndjson")
        // HTTP/1.0 has no chunks.
        let endsByClosing = isChunked && !speaksHTTP11
        isAwaitingToken = isEvents || isLines
        let kind: State.BodyKind = !isChunked ? .other : isEvents ? .eventStream : isLines ? .lines : .other
        let actions = state.responseHead(kind, endsByClosing: endsByClosing)
        // The client has its head already.
        if actions.isEmpty, !isEvents { untold = ByteBuffer() }
        for case .forwardHead(let lease, let closes) in actions {
            if kind != .eventStream { dropKept() }
            var copy = HTTPResponseHead(version: speaksHTTP11 ? .http1_1 : .http1_0, status: head.status)
            var added = passage?.allFields ?? []
            added.append(("server-timing", timing.field(head: .now(), load: load)))
            passage?.status = head.status.code
            copy.headers = RelayHeaders.response(head.headers, model: lease.model, added: added)
            if isEvents, !copy.headers.contains(name: "x-accel-buffering") {
                copy.headers.add(name: "x-accel-buffering", value: "no")
            }
            addConnectionField(to: &copy, closes: closes)
            context?.write(wrapOutboundOut(.head(copy)), promise: nil)
        }
    }

    /// Remembers whether a part of a stream ends an event, by its empty line, or a line.
    private func noteEventEnd(_ bytes: ByteBuffer) {
        let count = bytes.readableBytes
        if isLines {
            isBetweenEvents = bytes.getInteger(at: bytes.writerIndex - 1, as: UInt8.self) == 0x0A
            return
        }
        guard count >= 2 else {
            isBetweenEvents = false
            return
        }
        isBetweenEvents = bytes.getInteger(at: bytes.writerIndex - 2, as: UInt16.self) == 0x0A0A
    }
}
