// SPDX-License-Identifier: MIT

import Hummingbird

/// Browsers ask by OPTIONS before they let a page send, whatever the path. What they want to know stands in the header
/// that the front door adds to every response.
struct PreflightMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .options else { return try await next(request, context) }
        return Response(status: .ok)
    }
}
