// SPDX-License-Identifier: MIT

import NIOCore
import Wire

/// Finds the model that a request is for.
enum RelayTarget {
    /// The model's name as the caller wrote it, in the query or in the bytes of the body.
    /// - Throws: `APIError` 400 if the body is no JSON object or names no model.
    static func model(of route: RelayRoute, body: ByteBuffer) throws(APIError) -> String {
        let name: String
        switch route.source {
        case .query(let model):
            name = model
        case .body:
            do {
                switch try RequestScan.find("model", in: body.readableBytesSpan) {
                case .text(let model): name = model
                case .other: throw APIError(.invalidRequest, "'model' must be a string")
                case .absent: name = ""
                }
            } catch let error as JSONError {
                throw APIError(.invalidRequest, error.description)
            } catch let error as APIError {
                throw error
            } catch {
                throw APIError(.invalidRequest, "\(error)")
            }
        }
        guard !name.isEmpty else { throw APIError(.invalidRequest, "model name is missing from the request") }
        return name
    }
}
