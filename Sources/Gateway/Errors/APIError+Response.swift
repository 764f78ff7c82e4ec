// SPDX-License-Identifier: MIT

import HTTPTypes
import Hummingbird
import NIOCore
import Wire

extension APIError {
    /// The error as a response of the routes.
    func response(in dialect: Dialect) -> Response {
        Response(
            status: .init(code: status),
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body(in: dialect)))
        )
    }
}
