// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// What is noted of a request from its head to the end of its response.
struct Passage {
    /// What tells this request from others in logs: the client's own name for it, or one of ours.
    let id: String
    let method: HTTPMethod
    /// Without the query, which is the client's own business.
    let path: Substring
    /// What to add to the response.
    let fields: [CrossOrigin.Field]
    let began: NIODeadline
    var status: UInt = 0
    /// The model's id, once a worker was found.
    var model: String?

    init(head: HTTPRequestHead, id: String, path: Substring, fields: [CrossOrigin.Field]) {
        self.id = id
        method = head.method
        self.path = path
        self.fields = fields
        began = .now()
    }

    /// All fields that every response to this request gets.
    var allFields: [CrossOrigin.Field] { fields + [("x-request-id", id)] }
}
