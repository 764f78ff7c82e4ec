// SPDX-License-Identifier: MIT

import NIOHTTP1
import Wire

/// What is said of a request that can't be taken.
extension RouteHandler {
    /// The refusal of a body whose packing isn't known here.
    func coded(_ announced: RequestAnnouncement, _ head: HTTPRequestHead) -> Admission? {
        guard head.method != .GET, let refusal = announced.coding.refusal else { return nil }
        var response = answerer.response(refusal, to: head)
        response.headers.append(("accept-encoding", ContentCoding.accepted))
        return .answered(response)
    }

    func tooLong(_ limit: Int) -> Response {
        refusal(
            APIError(
                .invalidRequest,
                "the request body is longer than the limit of \(limit) bytes for this path",
                status: 413
            )
        )
    }

    func refusal(_ error: APIError) -> Response {
        answerer.response(error, to: head ?? HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"))
    }

    /// What to say of an error in front of the routes; nil for one that ends the connection.
    func failure(_ error: any Error) -> APIError? {
        switch error {
        case is HTTPParserError: APIError(.invalidRequest, "the request is no valid HTTP")
        case is BodyTooSlow: APIError(.invalidRequest, "the request's body came too slowly", status: 408)
        default: APIError(unpacking: error, limit: answerer.unpackedLimit)
        }
    }
}
