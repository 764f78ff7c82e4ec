// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// A request that is being relayed. It is kept until the worker's response begins, since it may have to be sent again.
struct RelayRequest {
    let route: RelayRoute
    /// What tells this request from others in logs.
    let id: String
    /// `X-Conversation-Id`: the name under which the client may come back for the stream.
    let conversation: String?
    /// Which API key the request came with; nil on a server without keys.
    let owner: Int?
    /// How long the model is to stay after this request; nil: as it stays anyway.
    var wish: OllamaWish?
    /// How long the model took to load for this request.
    var load: Duration?
    var head: HTTPRequestHead
    var body = ByteBuffer()
    /// What the body takes of the memory for bodies; given back with the request.
    var share: BodyShare?

    init(route: RelayRoute, id: String, conversation: String? = nil, owner: Int? = nil, head: HTTPRequestHead) {
        self.route = route
        self.id = id
        self.conversation = conversation
        self.owner = owner
        self.head = head
    }

    /// Keeps another part of the body.
    mutating func append(_ part: inout ByteBuffer) {
        if body.readableBytes == 0 {
            swap(&body, &part)
        } else {
            body.writeBuffer(&part)
        }
    }

    /// The head as the worker gets it.
    var upstreamHead: HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1,
            method: head.method,
            uri: head.uri,
            headers: RelayHeaders.request(
                head.headers,
                bodyBytes: body.readableBytes,
                id: id,
                load: route.dialect == .ollama ? load : nil
            )
        )
    }
}
