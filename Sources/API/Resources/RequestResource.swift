// SPDX-License-Identifier: MIT

/// What is known of a request of `GET /activity` from its beginning on.
package struct RequestResource: APIResource {
    /// The number under which it can be cancelled.
    package var id = ""
    /// What tells it from others in logs.
    package var requestID = ""
    package var model: String?
    package var path = ""
    /// The client's address, without a port.
    package var client: String?
    package var userAgent: String?
    /// Seconds since 1970.
    package var started = 0.0
    /// Events of its stream so far; at the end the tokens that the answer says it has.
    package var tokens = 0
    /// Bytes of the answer's body so far.
    package var bytes = 0
    package var isStream: Bool?
    /// Milliseconds that it waited for room, and for the load; nil before it has its model.
    package var queueTime: Double?
    package var loadTime: Double?
    package var firstByteTime: Double?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id), .always("request_id", \.requestID), .nullable("model", \.model),
        .always("path", \.path), .nullable("client", \.client), .nullable("user_agent", \.userAgent),
        .always("started", \.started), .usual("tokens", \.tokens, .count), .usual("bytes", \.bytes, .count),
        .nullable("stream", \.isStream), .nullable("queue_ms", \.queueTime), .nullable("load_ms", \.loadTime),
        .nullable("first_byte_ms", \.firstByteTime),
    ]
}

/// One that runs.
package struct RunningRequestResource: APIResource {
    package static let component: String? = "RunningRequest"

    package var request = RequestResource()
    /// `queued`, `loading`, `running`.
    package var state = ""
    package var queuePosition: Int?

    package init() {}

    package static let fields: [APIField<Self>] =
        RequestResource.fields.map { $0.of(\.request) } + [
            .usual("state", \.state, .words("queued", "loading", "running")),
            .nullable("queue_position", \.queuePosition, .count),
        ]
}

/// One that has ended.
package struct EndedRequestResource: APIResource {
    package static let component: String? = "EndedRequest"

    package var request = RequestResource()
    /// Seconds since 1970.
    package var ended = 0.0
    /// The HTTP status; nil if no head was written.
    package var status: Int?
    /// `done`, `failed`, `cancelled`.
    package var outcome = ""
    /// Milliseconds.
    package var totalTime: Double?
    /// Tokens of the prompt that needed no computing.
    package var cachedTokens: Int?
    /// What went wrong, in a sentence.
    package var error: String?

    package init() {}

    package static let fields: [APIField<Self>] =
        RequestResource.fields.map { $0.of(\.request) } + [
            .always("ended", \.ended), .nullable("status", \.status),
            .always("outcome", \.outcome, .words("done", "failed", "cancelled")), .nullable("total_ms", \.totalTime),
            .nullable("cached_tokens", \.cachedTokens, .count), .maybe("error", \.error),
        ]
}
