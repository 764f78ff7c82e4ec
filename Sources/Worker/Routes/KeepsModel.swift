// SPDX-License-Identifier: MIT

import HTTPTypes
import Hummingbird

/// Sees to it that whoever posts finds the model in memory, until the answer is complete. Looks at it neither wake it
/// nor keep it awake.
struct KeepsModel: RouterMiddleware {
    typealias Context = WorkerContext

    let state: ModelState

    func handle(
        _ request: Request,
        context: WorkerContext,
        next: (Request, WorkerContext) async throws -> Response
    ) async throws -> Response {
        // What no route answers needs no model.
        guard request.method == .post, context.endpointPath != nil else { return try await next(request, context) }
        let use = try await state.use()
        defer { withExtendedLifetime(use) {} }
        var response = try await next(request, context)
        // A stream is still being made; anything else is there already.
        guard response.body.contentLength == nil else { return response }
        let body = response.body
        response.body = ResponseBody { writer in
            defer { use.end() }
            try await body.write(writer)
        }
        return response
    }
}
