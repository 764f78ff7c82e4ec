// SPDX-License-Identifier: MIT

import API
import HTTPServer
import NIOCore
import NIOHTTP1
import Wire

extension Request {
    var contentType: String? { header("content-type") }

    /// The body's JSON object.
    /// - Throws: 400 for anything else.
    func fields() throws(APIError) -> RequestFields { try RequestFields(body: body.readableBytesSpan) }
}
