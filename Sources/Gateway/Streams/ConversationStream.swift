// SPDX-License-Identifier: MIT

import API
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
    var resource: StreamPlaceResource {
        var place = StreamPlaceResource()
        place.conversation = key.id
        place.isDone = end != nil
        place.bytes = ring.end
        place.started = Int(began.unixTime)
        place.completed = Int(end?.unixTime ?? 0)
        return place
    }
}
