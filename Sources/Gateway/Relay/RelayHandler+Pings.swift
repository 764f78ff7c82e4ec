// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// Signs of life for clients that wait. One timer serves all requests of a connection: it is set when none runs and
/// looks, when it fires, whether anybody has waited long enough. So a request that is answered quickly costs nothing.
extension RelayHandler {
    /// The client begins to wait.
    func expectSilence() {
        lastProgress = .now()
        if pingTimer == nil { schedulePing() }
    }

    private func schedulePing() {
        let deadline = lastProgress + settings.pingInterval
        pingTimer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.pingTimerFired()
        }
    }

    private func pingTimerFired() {
        pingTimer = nil
        guard state.isClientWaiting else { return }
        if lastProgress + settings.pingInterval <= .now() {
            lastProgress = .now()
            run(state.pingDue(wantsStream: wantsStream, endsByClosing: !speaksHTTP11))
        }
        schedulePing()
    }

    /// Whether the request's body has `"stream": true`. Looked for only when it matters.
    var wantsStream: Bool {
        // Lines of JSON leave no place for a sign of life.
        guard let request, request.route.isUse, request.route.dialect != .ollama else { return false }
        return (try? RequestScan.find("stream", in: request.body.readableBytesSpan)) == .truth(true)
    }

    func beginStream(closes: Bool) {
        var head = HTTPResponseHead(version: speaksHTTP11 ? .http1_1 : .http1_0, status: .ok)
        head.headers = [
            "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no",
        ]
        writeHead(&head, closes: closes)
    }

    func ping() {
        guard isBetweenEvents else { return }
        writeBody(ByteBuffer(string: ": ping\n\n"))
        context?.flush()
    }

    /// Tells as an event what the worker said where a stream was promised already: most likely an error.
    func tellUntold() {
        guard let untold else { return }
        self.untold = nil
        let text = String(buffer: untold).filter { !$0.isNewline }
        guard text.hasPrefix("{"), (try? JSONValue(parsing: text)) != nil else {
            let error = APIError(.server, "the model's worker gave an answer that is no event stream")
            return writeBody(ByteBuffer(string: error.event(in: Dialect(path: passage?.path ?? ""))))
        }
        let isAnthropic = passage.map { Dialect(path: $0.path) == .anthropic } ?? false
        writeBody(ByteBuffer(string: "\(isAnthropic ? "event: error\n" : "")data: \(text)\n\n"))
    }
}
