// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// Finds the model that a request is for.
enum RelayTarget {
    /// The model's name as the caller wrote it: in the bytes of the body, else in the query; empty where there is only one.
    /// Of the routes whose clients name no model, the only one that serves them.
    /// - Parameter models: the names of models that serve a purpose.
    /// - Throws: `APIError` 400 if the body is neither JSON object, list nor form, or no model is named.
    static func model(
        of request: RelayRequest,
        among models: (ModelPurpose) -> [String]
    ) throws(APIError) -> String {
        let name: String
        switch request.route.source {
        case .query(let model):
            name = model
        case .body:
            if let model = form(of: request) ?? list(of: request) {
                name = model
            } else {
                var named = try member("model", of: request.body)
                if named.isEmpty, request.route.dialect == .ollama { named = try member("name", of: request.body) }
                name = named.isEmpty ? QueryString(RelayRoute.split(request.head.uri).query)["model"] ?? "" : named
            }
        case .only:
            return ""
        }
        return name.isEmpty ? try only(RelayRoute.split(request.head.uri).path, models) : name
    }

    /// The only model that serves a route.
    private static func only(_ path: Substring, _ models: (ModelPurpose) -> [String]) throws(APIError) -> String {
        let missing = "model name is missing from the request"
        guard let purpose = ModelPurpose(path: path) else { throw APIError(.invalidRequest, missing) }
        let names = models(purpose)
        if names.count == 1, let name = names.first { return name }
        let found =
            names.isEmpty
            ? "no model here is set up to \(purpose.verb)"
            : "several models here \(purpose.verb): \(names.prefix(8).joined(separator: ", "))"
        throw APIError(.invalidRequest, "\(missing); \(found)")
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
        let bytes = request.body.readableBytesView
        let start = JSONScan.start(request.body.readableBytesSpan)
        guard bytes.dropFirst(start).first(where: { $0 > 0x20 }) == UInt8(ascii: "[") else { return nil }
        return QueryString(RelayRoute.split(request.head.uri).query)["model"]
    }

    private static func member(_ key: String, of body: ByteBuffer) throws(APIError) -> String {
        do {
            switch try RequestScan.find(key, in: body.readableBytesSpan) {
            case .text(let model): return model
            case .truth, .other: throw APIError(.invalidRequest, "'\(key)' must be a string")
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
