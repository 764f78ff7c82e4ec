// SPDX-License-Identifier: MIT

import Wire

/// One request's stream as the board keeps it.
struct ConversationStream {
    /// How far the request is.
    enum Course {
        /// Its model isn't there yet.
        case waiting
        case running
        case ended(Moment)
    }

    let key: ConversationKey
    let began: Moment
    var ring = StreamRing()
    var course = Course.waiting
    /// How many readers it has: its own client, and clients that came back.
    var attendants = 1

    var end: Moment? {
        if case .ended(let moment) = course { moment } else { nil }
    }

    /// Its entry in the answer to a lookup, in llama-server's words.
    var json: JSONValue {
        [
            "conversation_id": .string(key.id),
            "is_done": .bool(end != nil),
            "total_bytes": .integer(Int64(ring.end)),
            "started_at": .integer(began.unixTime),
            "completed_at": .integer(end?.unixTime ?? 0),
        ]
    }
}
