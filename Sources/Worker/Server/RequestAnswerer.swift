// SPDX-License-Identifier: MIT

import Engine
import Logging
import NIOCore
import NIOHTTP1
import Wire

/// From a request to its answer: the route, the model in memory meanwhile, and an error in the words of the route's
/// dialect.
struct RequestAnswerer: Sendable {
    let routes: RouteTable
    let state: ModelState
    let logger: Logger

    /// Most bytes of a body that is looked at on an event loop.
    private static let smallBody = 16 << 10

    /// The answer, where it takes microseconds and nothing has to be waited for.
    func atOnce(_ request: Request) -> Response? {
        guard let (route, _) = routes.route(request.head.method, request.path) else {
            return response(APIError(.notFound, "File Not Found"), to: request)
        }
        guard case .atOnce(let make) = route, request.body.readableBytes <= Self.smallBody else { return nil }
        let use: ModelUse?
        if request.head.method == .POST {
            use = state.useAtOnce()
            guard use != nil else { return nil }
        } else {
            use = nil
        }
        defer { use?.end() }
        do {
            return try make(request)
        } catch {
            return response(error, to: request)
        }
    }

    /// The answer, whatever it takes.
    func respond(to request: Request) async -> Response {
        do {
            guard let (route, parameter) = routes.route(request.head.method, request.path) else {
                throw APIError(.notFound, "File Not Found")
            }
            var request = request
            request.parameter = parameter
            // Whoever posts finds the model in memory, until the answer is complete. Looks at it neither wake it nor keep it awake.
            guard request.head.method == .POST else { return try await make(route, request) }
            let use = try await state.use()
            defer { withExtendedLifetime(use) {} }
            let response = try await make(route, request)
            guard case .stream(let write) = response.body else { return response }
            return Response(
                status: response.status,
                contentType: response.contentType,
                headers: response.headers,
                body: .stream { writer in
                    defer { use.end() }
                    try await write(writer)
                }
            )
        } catch {
            return response(error, to: request)
        }
    }

    private func make(_ route: RouteTable.Route, _ request: Request) async throws -> Response {
        switch route {
        case .atOnce(let make): try make(request)
        case .task(let make): try await make(request)
        }
    }

    /// An error's answer.
    func response(_ error: any Error, to request: Request) -> Response {
        Response(apiError(error), in: Dialect(path: String(request.path)))
    }

    private func apiError(_ error: any Error) -> APIError {
        switch error {
        case let error as APIError:
            return error
        case let error as EngineError:
            return APIError(error)
        default:
            logger.error("a route failed", metadata: ["error": "\(error)"])
            return APIError(.server, "the request failed: \(error)")
        }
    }
}
