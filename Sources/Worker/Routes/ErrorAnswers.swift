// SPDX-License-Identifier: MIT

import Engine
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Wire

/// Turns whatever a route throws into an error object in the words of the route's dialect.
struct ErrorAnswers: RouterMiddleware {
    typealias Context = WorkerContext

    func handle(
        _ request: Request,
        context: WorkerContext,
        next: (Request, WorkerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return Response(Self.error(error, context: context), in: Dialect(path: request.uri.path))
        }
    }

    private static func error(_ error: any Error, context: WorkerContext) -> APIError {
        switch error {
        case let error as APIError:
            return error
        case let error as EngineError:
            return APIError(error)
        case let error as HTTPError where error.status == .notFound:
            return APIError(.notFound, "File Not Found")
        case let error as HTTPError where error.status == .contentTooLarge:
            return APIError(
                .invalidRequest,
                "the body is larger than \(WorkerContext.bodyLimit >> 20) MiB",
                status: 413
            )
        case let error as HTTPError:
            return APIError(.invalidRequest, error.body ?? error.status.reasonPhrase, status: error.status.code)
        default:
            context.logger.error("a route failed", metadata: ["error": "\(error)"])
            return APIError(.server, "the request failed: \(error)")
        }
    }
}

extension Response {
    /// An answer of one JSON value.
    init(_ json: JSONValue, status: HTTPResponse.Status = .ok) {
        self.init(json: json.bytes, status: status)
    }

    /// An answer of plain text, UTF-8.
    init(plainText: [UInt8]) {
        self.init(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: plainText))
        )
    }

    private init(json: [UInt8], status: HTTPResponse.Status) {
        self.init(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: json))
        )
    }

    /// An error's answer.
    init(_ error: APIError, in dialect: Dialect) {
        self.init(json: error.body(in: dialect), status: .init(code: error.status))
    }
}
