// SPDX-License-Identifier: MIT

import HTTPServer
import NIOCore
import Wire

extension Request {
    /// The body as JSON.
    /// - Throws: 400 for anything else.
    func json() throws(APIError) -> JSONValue {
        do {
            return try JSONValue(parsing: body.readableBytesSpan)
        } catch {
            throw APIError(.invalidRequest, "\(error)")
        }
    }
}
