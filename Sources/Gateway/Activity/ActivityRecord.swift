// SPDX-License-Identifier: MIT

package import API

/// What is known of one request at one moment.
package struct ActivityRecord: Sendable, Equatable {
    /// How a request ended.
    package enum Outcome: String, Sendable {
        case done
        /// It was answered with an error, or its answer broke off.
        case failed
        /// Its client left, or it was stopped by hand.
        case cancelled
    }

    /// How long a request had waited when it got its model, in seconds.
    package struct Wait: Sendable, Equatable {
        /// In the queue, without the model's load.
        package var queue: Double
        /// For the model's load; 0 if the model was there.
        package var load: Double

        package init(queue: Double, load: Double) {
            self.queue = queue
            self.load = load
        }
    }

    /// What there is to say at a request's end.
    package struct End: Sendable, Equatable {
        package var outcome: Outcome
        /// The HTTP status; 0 if no head was written.
        package var status: UInt
        /// From the complete request to the end, in seconds.
        package var total: Double
        /// What went wrong, as a sentence; nil if nothing did, or the reason is unknown.
        package var error: String?

        package init(_ outcome: Outcome, status: UInt, total: Double, error: String? = nil) {
            self.outcome = outcome
            self.status = status
            self.total = total
            self.error = error
        }
    }

    /// The number under which the request can be cancelled; later ones have greater numbers.
    package let number: UInt64
    /// What tells the request from others in logs: the client's own name for it, or one of ours.
    package let requestID: String
    /// The name that was asked for, then the model's id; empty before it is known.
    package var model = ""
    package let path: String
    /// The client's address, without a port; nil for a client on a Unix socket.
    package let client: String?
    package let userAgent: String?
    /// When the request was complete, in seconds since 1970.
    package let started: Double
    /// Nil while it waits for its model.
    package var wait: Wait?
    /// From the complete request to the first byte of the answer's body, in seconds; nil before that.
    package var firstByte: Double?
    /// Whether the answer is an event stream; nil before it began.
    package var isStream: Bool?
    /// Bytes of the answer's body so far.
    package var bytes = 0
    /// Events of the stream so far; at the end the tokens that the answer says it has, if it does.
    package var tokens = 0
    /// Tokens of the prompt that were there already; nil while it runs, and where the answer doesn't say.
    package var cachedTokens: Int?
    /// Nil while it runs.
    package var end: End?

    package init(
        number: UInt64,
        requestID: String,
        path: String,
        client: String?,
        userAgent: String?,
        started: Double
    ) {
        self.number = number
        self.requestID = requestID
        self.path = path
        self.client = client
        self.userAgent = userAgent
        self.started = started
    }

    /// What is known from its beginning on, as the API shows it.
    private var resource: RequestResource {
        var resource = RequestResource()
        resource.id = String(number)
        resource.requestID = requestID
        resource.model = model.isEmpty ? nil : model
        resource.path = path
        resource.client = client
        resource.userAgent = userAgent
        resource.started = Self.rounded(started, 1000)
        resource.tokens = tokens
        resource.bytes = bytes
        resource.isStream = isStream
        resource.queueTime = Self.milliseconds(wait?.queue)
        resource.loadTime = Self.milliseconds(wait?.load)
        resource.firstByteTime = Self.milliseconds(firstByte)
        return resource
    }

    /// The request while it runs.
    /// - Parameter place: what it waits for; nil if it has its model.
    package func running(_ place: ActivityPlace?) -> RunningRequestResource {
        var running = RunningRequestResource()
        running.request = resource
        running.state = place?.word ?? "running"
        running.queuePosition = place?.position.map { Int($0) }
        return running
    }

    /// The request after its end; nil while it runs.
    package var ended: EndedRequestResource? {
        guard let end else { return nil }
        var ended = EndedRequestResource()
        ended.request = resource
        ended.ended = Self.rounded(started + end.total, 1000)
        ended.status = end.status > 0 ? Int(end.status) : nil
        ended.outcome = end.outcome.rawValue
        ended.totalTime = Self.milliseconds(end.total)
        ended.cachedTokens = cachedTokens
        ended.error = end.error
        return ended
    }

    private static func milliseconds(_ seconds: Double?) -> Double? { seconds.map { rounded($0 * 1000, 100) } }

    static func rounded(_ value: Double, _ steps: Double) -> Double { (value * steps).rounded() / steps }
}
