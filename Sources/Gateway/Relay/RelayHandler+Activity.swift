// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// What others get to see of the requests that are being relayed. Only requests that use a model are shown.
extension RelayHandler {
    /// The request at hand is complete and is about to ask for its model.
    func beginActivity(exchange: Int) {
        guard let request = current.request, let passage = current.passage, request.route.isUse else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        // The list of requests holds this handler until the request has ended: the connection may be gone by then.
        current.activity = activities.begin(
            requestID: passage.id,
            path: String(passage.path),
            client: client,
            userAgent: request.head.headers.first(name: "user-agent").map { String($0.prefix(200)) },
            now: .now()
        ) { number in
            bound.eventLoop.execute { bound.value.cancelActivity(number, exchange: exchange) }
        }
    }

    /// The request at hand got its model.
    func noteGrant(_ lease: any ModelLease) {
        guard let activity = current.activity else { return }
        let waited = Double((current.timing.granted - current.timing.asked).nanoseconds) / 1e9
        let loading = min(current.load.map { $0 / .seconds(1) } ?? 0, waited)
        activities.granted(activity, model: lease.model, wait: .init(queue: waited - loading, load: loading))
    }

    /// A part of the answer's body came.
    func notePart(_ bytes: ByteBuffer) {
        guard let activity = current.activity else { return }
        if current.tail.isEmpty {
            current.isStream = current.isAwaitingToken
            let time = Double((NIODeadline.now() - activity.began).nanoseconds) / 1e9
            activity.note { record in
                record.firstByte = time
                record.isStream = current.isStream
            }
        }
        current.tail.append(bytes)
        activity.received(bytes: bytes.readableBytes, endsEvent: current.isStream && current.isBetweenEvents)
    }

    /// The request at hand is over.
    /// - Parameter outcome: how; nil if that is to be told from its status.
    func endActivity(_ outcome: ActivityRecord.Outcome? = nil) {
        guard let activity = current.activity else { return }
        current.activity = nil
        let status = current.passage?.status ?? 0
        var error = current.problem
        if error == nil, outcome != .cancelled { error = status >= 400 || current.isStream ? current.tail.error : nil }
        let said: ActivityRecord.Outcome = error != nil || status >= 400 ? .failed : .done
        let total = Double((NIODeadline.now() - activity.began).nanoseconds) / 1e9
        let end = ActivityRecord.End(
            current.wasStopped ? .cancelled : outcome ?? said,
            status: status,
            total: total,
            error: error
        )
        activities.end(activity, end, tokens: current.tail.tokens, cached: current.tail.cachedTokens)
    }

    private func cancelActivity(_ number: UInt64, exchange: Int) {
        guard current.activity?.number == number else { return }
        current.wasStopped = true
        let error = APIError(.invalidRequest, "the request was cancelled by an operator of the server")
        run(state.cancelled(error, exchange: exchange))
    }
}
