// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import HTTPServer
import Library
import Logging
import NIOHTTP1
import Wire

/// Answers what the router answers itself: by a route, or by what went wrong, in the words of the caller's dialect.
struct RouteAnswerer: RequestAnswering {
    let routes: RouteTable
    let settings: GatewaySettings
    let logger: Logger

    var serverName: String? { nil }
    var unpackedLimit: Int { settings.relay.maxBodyBytes }

    func admission(of head: HTTPRequestHead) -> Admission {
        let path = RelayRoute.split(head.uri).path
        // Browsers ask by OPTIONS before they let a page send, whatever the path. What they want to know stands in the header that
        // the front door adds to every response.
        if head.method == .OPTIONS { return .answered(Response(status: 200)) }
        guard routes.route(head.method, path) != nil else { return .answered(unanswered(head, path)) }
        if routes.streams(head.method, path) { return .streamed }
        let isForwarded = path == CrossOriginProxy.path[...]
        return .taken(limit: isForwarded ? settings.proxy?.maxBodyBytes ?? 0 : settings.maxManagementBodyBytes)
    }

    func answer(_ request: Request) -> Answering {
        guard let (route, parameter) = routes.route(request.head.method, request.path) else {
            return .now(unanswered(request.head, request.path))
        }
        var request = request
        request.parameter = parameter
        switch route {
        case .atOnce(let make):
            do {
                return .now(try make(request))
            } catch {
                return .now(response(apiError(error), to: request.head))
            }
        case .task(let make):
            return .later(
                LaterAnswer { [request] in
                    do {
                        return try await make(request)
                    } catch {
                        return response(apiError(error), to: request.head)
                    }
                }
            )
        }
    }

    func response(_ error: APIError, to head: HTTPRequestHead) -> Response {
        let dialect = Dialect(path: RelayRoute.split(head.uri).path)
        return Response(error, in: dialect, status: error.status(in: dialect))
    }

    /// The answer to a request without a route. An unknown path is told from an unknown model.
    private func unanswered(_ head: HTTPRequestHead, _ path: Substring) -> Response {
        let allowed = methods(at: path)
        var response = unanswered(head, at: path, allowed: allowed.contains(head.method.rawValue) ? [] : allowed)
        if response.status == 404 { response.headers.append((UnknownPath.header, UnknownPath.value)) }
        return response
    }

    /// The methods that a path takes, the relay's among them; none for a path that isn't known.
    private func methods(at path: Substring) -> [String] {
        var methods = Set(routes.methods(at: path) + RelayRoute.methods(of: path))
        if path == "/health" || path == "/v1/health" { methods.formUnion(["GET", "HEAD"]) }
        return methods.isEmpty ? [] : methods.union(["OPTIONS"]).sorted()
    }

    private func apiError(_ error: any Error) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as FleetError: return error.apiError
        case let error as HubError: return error.apiError
        default:
            logger.error("A route failed", metadata: ["error": "\(error)"])
            return APIError(.server, "the server failed to answer this request")
        }
    }
}
