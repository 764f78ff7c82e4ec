// SPDX-License-Identifier: MIT

import API
import Fleet
import HTTPServer
import NIOPosix
import Wire

/// The routes about one model: what there is to know of it, its log, and whether it is pinned.
extension ManagementRoutes {
    func addInspectionRoutes(to routes: inout RouteTable) {
        routes.get(
            "/models/**",
            task: { request in
                let path = QueryString.decoded(request.path, plusIsSpace: false)
                if path.hasSuffix("/logs") { return try observing.logs(request) }
                return try await inspect(String(path.dropFirst("/models/".count)))
            }
        )
        routes.post("/models/pin", use: { try pin($0) })
    }

    /// A model's entry of the list with what its file says, which is read for this.
    private func inspect(_ name: String) async throws -> Response {
        guard let status = fleet.status(of: name), let outlook = fleet.outlook(of: name) else {
            throw APIError(.notFound, "model is not found")
        }
        // Reading a header with a long vocabulary takes some milliseconds.
        let inspection = try await NIOThreadPool.singleton.runIfActive { ModelInspection(status, outlook: outlook) }
        let members = ModelListing.resource(status, created: now()).json.members ?? []
        var more = InspectionResource()
        more.metadata = inspection.metadata
        more.template = inspection.template
        more.preset = inspection.preset
        more.memory = inspection.estimate?.json
        more.load = inspection.outlook.json
        return Response(.object(members + more.members))
    }

    private func pin(_ request: Request) throws -> Response {
        let json = try object(request)
        let name = try Self.modelName(json)
        guard let isPinned = json["pinned"]?.bool else {
            throw APIError(.invalidRequest, "'pinned' must be true or false")
        }
        try fleet.pin(name, isPinned)
        return Response(["success": true])
    }
}
