// SPDX-License-Identifier: MIT

import Hummingbird
import NIOCore
import Wire

extension RequestFields {
    /// Reads a request's body.
    /// - Throws: 400 for a body that is no JSON object, 413 for one that is too large.
    static func read(_ request: Request) async throws -> RequestFields {
        let buffer = try await request.body.collect(upTo: WorkerContext.bodyLimit)
        return try RequestFields(body: buffer.readableBytesSpan)
    }
}
