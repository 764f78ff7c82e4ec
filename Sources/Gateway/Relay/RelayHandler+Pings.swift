// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// Signs of life for clients that wait. One timer serves all requests of a connection: it is set when none runs, and
/// checks when it fires whether the client has waited long enough. So a request that is answered quickly costs nothing.
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
            run(state.pingDue(wantsStream: current.wantsStream, endsByClosing: !current.speaksHTTP11))
        }
        schedulePing()
    }

    func beginStream(closes: Bool) {
        var head = HTTPResponseHead(version: current.version, status: .ok)
        head.headers = [
            "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no",
        ]
        writeHead(&head, closes: closes)
    }

    func ping() {
        guard current.isBetweenEvents else { return }
        writeBody(ByteBuffer(string: ": ping\n\n"))
        context?.flush()
    }

    /// Tells as an event what the worker said where a stream was promised already: most likely an error.
    func tellUntold() {
        guard let untold = current.untold else { return }
        current.untold = nil
        let text = String(buffer: untold).filter { !$0.isNewline }
        guard text.hasPrefix("{"), (try? JSONValue(parsing: text)) != nil else {
            let error = APIError(.server, "the model's worker gave an answer that is no event stream")
            return writeBody(ByteBuffer(string: error.event(in: Dialect(path: current.passage?.path ?? ""))))
        }
        let isAnthropic = current.passage.map { Dialect(path: $0.path) == .anthropic } ?? false
        writeBody(ByteBuffer(string: "\(isAnthropic ? "event: error\n" : "")data: \(text)\n\n"))
    }
}
