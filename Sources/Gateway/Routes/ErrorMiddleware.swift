// SPDX-License-Identifier: MIT

import Fleet
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Wire

/// Turns whatever a route throws into the error shape of the caller's dialect.
struct ErrorMiddleware: RouterMiddleware {
    let methods: RouteMethods
    /// Most bytes of a body that is unpacked.
    let bodyLimit: Int

    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let dialect = Dialect(path: request.uri.path)
            if let error = error as? HTTPError, error.status == .notFound,
                let refusal = otherMethod(request, dialect)
            {
                return refusal
            }
            var response = apiError(for: error, context).response(in: dialect)
            if let error = error as? HTTPError, error.status == .notFound,
                let name = HTTPField.Name(UnknownPath.header)
            {
                response.headers[name] = UnknownPath.value
            }
            return response
        }
    }

    /// The answer to a request for a path that other methods have; nil for a path that none has.
    private func otherMethod(_ request: Request, _ dialect: Dialect) -> Response? {
        let allowed = methods.allowed(at: request.uri.path[...])
        guard !allowed.isEmpty, !allowed.contains(request.method.rawValue) else { return nil }
        let error = APIError(
            .invalidRequest,
            "\(request.uri.path.prefix(200)) takes \(allowed.joined(separator: ", ")), not \(request.method.rawValue)",
            status: 405
        )
        var response = error.response(in: dialect)
        response.headers[.allow] = allowed.joined(separator: ", ")
        return response
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
            if let error = APIError(unpacking: error, limit: bodyLimit) { return error }
            context.logger.error("A route failed", metadata: ["error": "\(error)"])
            return APIError(.server, "the server failed to answer this request")
        }
    }
}
