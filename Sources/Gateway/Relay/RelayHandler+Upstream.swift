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
            guard current.untold == nil else {
                // What is longer can't be an error's sentence.
                let length = (current.untold?.readableBytes ?? 0) + bytes.readableBytes
                if length <= 64 << 10 { current.untold?.writeBuffer(&bytes) }
                return
            }
            current.noteEventEnd(bytes)
            notePart(bytes)
            if current.isAwaitingToken {
                current.isAwaitingToken = false
                current.timing.firstToken = .now() - current.timing.asked
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
        current.inUse?.progress()
        run(state.responseReadComplete(clientIsWritable: context?.channel.isWritable ?? true))
    }

    func upstreamClosed() {
        run(state.upstreamClosed())
    }

    private func forward(_ head: HTTPResponseHead) {
        current.request = nil
        let isChunked = !head.headers.contains(name: "content-length") && head.status.mayHaveResponseBody
        let type = head.headers.first(name: "content-type") ?? ""
        let isEvents = type.hasPrefix("text/event-stream")
        current.isEvents = isEvents
        current.isLines = !isEvents && type.hasPrefix("application/x-ndjson")
        // HTTP/1.0 has no chunks.
        let endsByClosing = isChunked && !current.speaksHTTP11
        current.isAwaitingToken = isEvents || current.isLines
        let kind: State.BodyKind = !isChunked ? .other : isEvents ? .eventStream : current.isLines ? .lines : .other
        let actions = state.responseHead(kind, endsByClosing: endsByClosing)
        if kind != .eventStream, !actions.isEmpty { dropKept() }
        // The client has its head already.
        if actions.isEmpty, !isEvents { current.untold = ByteBuffer() }
        current.answerHead = head
        run(actions)
        current.answerHead = nil
    }

    /// Passes the head of the worker's answer on.
    func forwardHead(_ lease: any ModelLease, closes: Bool) {
        guard let head = current.answerHead else { return }
        var added = current.passage?.allFields ?? []
        added.append(("server-timing", current.timing.field(head: .now(), load: current.load)))
        current.passage?.status = head.status.code
        var copy = HTTPResponseHead(
            version: current.version,
            status: head.status,
            headers: RelayHeaders.response(head.headers, model: lease.model, added: added)
        )
        if current.isEvents, !copy.headers.contains(name: "x-accel-buffering") {
            copy.headers.add(name: "x-accel-buffering", value: "no")
        }
        addConnectionField(to: &copy, closes: closes)
        context?.write(wrapOutboundOut(.head(copy)), promise: nil)
    }
}
