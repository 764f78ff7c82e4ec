// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// One request on its way through the relay: what is known, noted and kept of it. Made at its head, so that nothing of the request
/// before is left; the connection holds the latest.
final class RelayExchange {
    /// What is noted of it; nil once it is answered.
    var passage: Passage?
    /// The request, until its response begins: it may have to be sent again.
    var request: RelayRequest?
    /// Whether it speaks HTTP/1.1: interim responses, chunks, connections kept unless told otherwise.
    let speaksHTTP11: Bool
    var timing = RelayTiming()

    // MARK: Its model

    /// The model's name as the request has it, once it was looked for.
    var modelName: String?
    /// Withdraws its wish for a lease; nil unless it waits.
    var withdraw: (@Sendable () -> Void)?
    /// Its lease, to tell it that its worker lives.
    var inUse: (any ModelLease)?
    /// How long the model took to load, if it had to wait.
    var load: Duration?

    // MARK: Its answer

    /// The head of the worker's answer, until it is passed on.
    var answerHead: HTTPResponseHead?
    /// The worker's answer, as long as it can't be told before it is complete.
    var untold: ByteBuffer?
    /// Whether the worker's stream has begun without a byte of its body.
    var isAwaitingToken = false
    /// Whether it comes as server-sent events, or as lines of JSON.
    var isEvents = false
    var isLines = false
    /// Whether what was last written of an event stream ended an event.
    private(set) var isBetweenEvents = true
    /// The stream, if it outlives its client.
    var kept: KeptStream?

    // MARK: What others see of it

    /// Nil for one that only looks at a model, and once it has ended.
    var activity: RequestActivity?
    /// The last bytes of its answer.
    var tail = AnswerTail()
    /// Whether its answer is a stream.
    var isStream = false
    /// Whether it was stopped, by an operator or by `DELETE /v1/stream`.
    var wasStopped = false
    /// What its client was told that went wrong.
    var problem: String?

    init(passage: Passage? = nil, request: RelayRequest? = nil, speaksHTTP11: Bool = true) {
        self.passage = passage
        self.request = request
        self.speaksHTTP11 = speaksHTTP11
    }

    /// The protocol's version that its answer is written in.
    var version: HTTPVersion { speaksHTTP11 ? .http1_1 : .http1_0 }

    /// Whether the body has `"stream": true`. Looked for only when it matters.
    var wantsStream: Bool {
        // Lines of JSON leave no place for a sign of life.
        guard let request, request.route.isUse, request.route.dialect != .ollama else { return false }
        // A body that can't be read asks for no stream: the worker refuses it.
        return (try? RequestScan.find("stream", in: request.body.readableBytesSpan)) == .truth(true)
    }

    /// Remembers whether a part of a stream ends an event, by its empty line, or a line.
    func noteEventEnd(_ bytes: ByteBuffer) {
        if isLines {
            isBetweenEvents = bytes.getInteger(at: bytes.writerIndex - 1, as: UInt8.self) == 0x0A
            return
        }
        guard bytes.readableBytes >= 2 else {
            isBetweenEvents = false
            return
        }
        isBetweenEvents = bytes.getInteger(at: bytes.writerIndex - 2, as: UInt16.self) == 0x0A0A
    }
}
