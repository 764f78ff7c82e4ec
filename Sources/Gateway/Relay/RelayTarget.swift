// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// Finds the model that a request is for.
enum RelayTarget {
    /// The model's name as the caller wrote it: in the query, or in the bytes of the body; empty where there is only one.
    /// - Throws: `APIError` 400 if the body is neither JSON object, list nor form, or no model is named.
    static func model(of request: RelayRequest) throws(APIError) -> String {
        let name: String
        switch request.route.source {
        case .query(let model):
            name = model
        case .body:
            if let model = form(of: request) ?? list(of: request) {
                name = model
            } else {
                name = try member(of: request.body)
            }
        case .only:
            return ""
        }
        guard !name.isEmpty else { throw APIError(.invalidRequest, "model name is missing from the request") }
        return name
    }

    /// The field `model` of a form, as audio comes in; `?model=` where it has none. Nil if the body is no form.
    private static func form(of request: RelayRequest) -> String? {
        // A form begins with two dashes, JSON never does: only a form costs a look at the header.
        guard request.body.readableBytesView.first == UInt8(ascii: "-"),
            let type = request.head.headers.first(name: "content-type"),
            let boundary = MultipartScan.boundary(ofContentType: type)
        else { return nil }
        let bytes = request.body.readableBytesSpan
        if let name = MultipartScan.field("model", in: bytes, boundary: boundary), !name.isEmpty { return name }
        return QueryString(RelayRoute.split(request.head.uri).query)["model"] ?? ""
    }

    /// `?model=` of a request whose body is a list (`/lora-adapters`), which can't name a model. Nil for other bodies, and
    /// without it.
    private static func list(of request: RelayRequest) -> String? {
        guard request.body.readableBytesView.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") else { return nil }
        return QueryString(RelayRoute.split(request.head.uri).query)["model"]
    }

    private static func member(of body: ByteBuffer) throws(APIError) -> String {
        do {
            switch try RequestScan.find("model", in: body.readableBytesSpan) {
            case .text(let model): return model
            case .truth, .other: throw APIError(.invalidRequest, "'model' must be a string")
            case .absent: return ""
            }
        } catch let error as JSONError {
            throw APIError(.invalidRequest, error.description)
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.invalidRequest, "\(error)")
        }
    }
}
