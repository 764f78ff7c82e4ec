// SPDX-License-Identifier: MIT

import Engine
import HTTPServer
import Logging
import NIOCore
import NIOHTTP1
import Wire

/// From a request to its answer: the route, the model in memory meanwhile, and an error in the words of the route's
/// dialect.
struct RequestAnswerer: RequestAnswering {
    let routes: RouteTable
    let state: ModelState
    let logger: Logger
    let warnings: WarningLog
    /// Where what takes longer is prepared.
    let pool: PreparationPool

    /// Most bytes of a body that is looked at on an event loop.
    private static let smallBody = 16 << 10

    /// Most bytes of a body; images arrive inside of them.
    private static let bodyLimit = 256 << 20

    var serverName: String? { "enginehouse-worker" }
    var unpackedLimit: Int { Self.bodyLimit }

    /// Nearly every request has a route: whether it has one is looked up once, at its end.
    func admission(of head: HTTPRequestHead) -> Admission { .taken(limit: Self.bodyLimit) }

    /// The answer where it takes microseconds and nothing has to be waited for; else how to get it.
    func answer(_ request: Request) -> Answering {
        guard let (route, parameter) = routes.route(request.head.method, request.path) else {
            return .now(unanswered(request.head, at: request.path, allowed: routes.methods(at: request.path)))
        }
        var request = request
        request.parameter = parameter
        if case .atOnce(let make) = route, let response = atOnce(request, make) { return .now(response) }
        let bytes = request.body.readableBytes
        guard let preparation = Preparation(pool, loop: request.executor, bytes: bytes) else {
            return .now(response(Preparation.refusal, to: request.head))
        }
        request.prepared = { preparation.end() }
        let later = LaterAnswer(on: preparation, cancel: { preparation.cancel() }) { [request] in
            let response = await respond(to: request, by: route, preparation)
            preparation.end()
            for (name, value) in response.headers where name == Response.warningHeader {
                warnings.note(value)
            }
            return response
        }
        return .later(later)
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
            return response(apiError(error), to: request.head)
        }
    }

    private func respond(
        to request: Request,
        by route: RouteTable.Route,
        _ preparation: Preparation
    ) async -> Response {
        do {
            // A POST has the model in memory until its answer is complete. Looks neither wake it nor keep it awake.
            guard request.head.method == .POST else { return try await make(route, request) }
            let use = try await state.use()
            try preparation.checkTurn()
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
            return response(apiError(error), to: request.head)
        }
    }

    private func make(_ route: RouteTable.Route, _ request: Request) async throws -> Response {
        switch route {
        case .atOnce(let make): try make(request)
        case .task(let make): try await make(request)
        }
    }

    func response(_ error: APIError, to head: HTTPRequestHead) -> Response {
        Response(error, in: Dialect(path: head.uri.prefix { $0 != "?" }))
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
