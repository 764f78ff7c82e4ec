// SPDX-License-Identifier: MIT

import HTTPTypes
import Hummingbird
import NIOCore
import Wire

extension APIError {
    /// The error as a response of the routes.
    func response(in dialect: Dialect) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        if let seconds = retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        return Response(
            status: .init(code: status(in: dialect)),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body(in: dialect)))
        )
    }
}
