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
    let warnings: WarningLog
    /// Where what takes longer is prepared.
    let pool: PreparationPool

    /// Most bytes of a body that is looked at on an event loop.
    private static let smallBody = 16 << 10

    enum Answering: Sendable {
        case now(Response)
        case later(Preparation, @Sendable () async -> Response)
    }

    /// The answer where it takes microseconds and nothing has to be waited for; else how to get it.
    func answer(_ request: Request) -> Answering {
        guard let (route, parameter) = routes.route(request.head.method, request.path) else {
            return .now(unanswered(request))
        }
        var request = request
        request.parameter = parameter
        if case .atOnce(let make) = route, let response = atOnce(request, make) { return .now(response) }
        let bytes = request.body.readableBytes
        guard let preparation = Preparation(pool, loop: request.executor, bytes: bytes) else {
            return .now(response(Preparation.refusal, to: request))
        }
        request.preparation = preparation
        return .later(preparation) { [request] in
            let response = await respond(to: request, by: route)
            for (name, value) in response.headers where name == Response.warningHeader {
                warnings.note(value)
            }
            return response
        }
    }

    /// The answer to a request without a route.
    private func unanswered(_ request: Request) -> Response {
        let methods = routes.methods(at: request.path)
        guard !methods.isEmpty else { return response(APIError(.notFound, "File Not Found"), to: request) }
        let allowed = methods.joined(separator: ", ")
        let sentence = "\(request.path.prefix(200)) takes \(allowed), not \(request.head.method.rawValue)"
        var response = response(APIError(.invalidRequest, sentence, status: 405), to: request)
        response.headers.append(("allow", allowed))
        return response
    }

    /// - Returns: nil if the body is large, or the model not in memory.
    private func atOnce(_ request: Request, _ make: (Request) throws -> Response) -> Response? {
        guard request.body.readableBytes <= Self.smallBody else { return nil }
        var use: ModelUse?
        if request.head.method == .POST {
            use = state.useAtOnce()
            if use == nil { return nil }
        }
        defer { use?.end() }
        do {
            return try make(request)
        } catch {
            return response(error, to: request)
        }
    }

    private func respond(to request: Request, by route: RouteTable.Route) async -> Response {
        do {
            // Whoever posts finds the model in memory, until the answer is complete. Looks at it neither wake it nor keep it awake.
            guard request.head.method == .POST else { return try await make(route, request) }
            let use = try await state.use()
            try request.preparation?.checkTurn()
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

    private func response(_ error: any Error, to request: Request) -> Response {
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
