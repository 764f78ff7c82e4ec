// SPDX-License-Identifier: MIT

import Fleet
import Hummingbird
import Logging
import NIOCore
import Wire

/// Turns whatever a route throws into the error shape of the caller's dialect.
struct ErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return apiError(for: error, context).response(in: Dialect(path: request.uri.path))
        }
    }

    private func apiError(for error: any Error, _ context: BasicRequestContext) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as FleetError: return error.apiError
        case let error as HubError: return error.apiError
        case let error as HTTPError where error.status == .notFound: return APIError(.notFound, "File Not Found")
        case let error as HTTPError where error.status == .contentTooLarge:
            return APIError(.invalidRequest, "the request body is too long", status: 413)
        case let error as any HTTPResponseError:
            let status = error.status.code
            return APIError(status < 500 ? .invalidRequest : .server, error.status.reasonPhrase, status: status)
        default:
            context.logger.error("A route failed", metadata: ["error": "\(error)"])
            return APIError(.server, "the server failed to answer this request")
        }
    }
}
