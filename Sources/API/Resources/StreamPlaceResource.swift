// SPDX-License-Identifier: MIT

/// A stream that is kept: an entry of `POST /v1/streams/lookup`.
package struct StreamPlaceResource: APIResource {
    package static let component: String? = "StreamPlace"

    package var conversation = ""
    package var isDone = false
    package var bytes = 0
    /// Seconds since 1970; 0 while it goes on.
    package var completed = 0
    /// Seconds since 1970.
    package var started = 0

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("conversation_id", \.conversation), .always("is_done", \.isDone),
        .always("total_bytes", \.bytes, .count), .usual("started_at", \.started), .usual("completed_at", \.completed),
    ]
}
