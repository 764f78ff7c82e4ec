// SPDX-License-Identifier: MIT

package import Wire

/// What is known of one request at one moment.
package struct ActivityRecord: Sendable, Equatable {
    /// How a request ended.
    package enum Outcome: String, Sendable {
        case done
        /// It was answered with an error, or its answer broke off.
        case failed
        /// Its client left, or somebody stopped it.
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
        /// What went wrong, as a sentence; nil if nothing did, or nobody said.
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

    /// The members that all requests have.
    private var members: [JSONValue.Member] {
        [
            .init("id", .string(String(number))),
            .init("request_id", .string(requestID)),
            .init("model", model.isEmpty ? .null : .string(model)),
            .init("path", .string(path)),
            .init("client", client.map(JSONValue.string) ?? .null),
            .init("user_agent", userAgent.map(JSONValue.string) ?? .null),
            .init("started", .number(Self.rounded(started, 1000))),
            .init("tokens", .integer(Int64(tokens))),
            .init("bytes", .integer(Int64(bytes))),
            .init("stream", isStream.map(JSONValue.bool) ?? .null),
            .init("queue_ms", Self.milliseconds(wait?.queue)),
            .init("load_ms", Self.milliseconds(wait?.load)),
            .init("first_byte_ms", Self.milliseconds(firstByte)),
        ]
    }

    /// The request while it runs.
    /// - Parameter place: what it waits for; nil if it has its model.
    package func json(_ place: ActivityPlace?) -> JSONValue {
        var members = members
        members.append(.init("state", .string(place?.word ?? "running")))
        members.append(.init("queue_position", place?.position.map { .integer(Int64($0)) } ?? .null))
        return .object(members)
    }

    /// The request after its end.
    package func json(_ end: End) -> JSONValue {
        var members = members
        members.append(.init("ended", .number(Self.rounded(started + end.total, 1000))))
        members.append(.init("status", end.status > 0 ? .integer(Int64(end.status)) : .null))
        members.append(.init("outcome", .string(end.outcome.rawValue)))
        members.append(.init("total_ms", Self.milliseconds(end.total)))
        members.append(.init("cached_tokens", cachedTokens.map { .integer(Int64($0)) } ?? .null))
        if let error = end.error { members.append(.init("error", .string(error))) }
        return .object(members)
    }

    private static func milliseconds(_ seconds: Double?) -> JSONValue {
        seconds.map { .number(rounded($0 * 1000, 100)) } ?? .null
    }

    static func rounded(_ value: Double, _ steps: Double) -> Double { (value * steps).rounded() / steps }
}
