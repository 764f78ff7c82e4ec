// SPDX-License-Identifier: MIT

import API
import Fleet
import HTTPServer
import Library
import Wire

/// The routes that the router answers itself: lists, loading and unloading.
struct ManagementRoutes {
    let fleet: Fleet
    /// Where models come from; nil where they can't change.
    let library: ModelLibrary?
    /// The one model, if there is only one.
    let only: OnlyModel?
    let observing: ObservingRoutes
    let streams: StreamRoutes
    /// What forwards the requests of pages to other servers; nil if nothing does.
    let proxy: CrossOriginProxy?
    let activity: ActivityRoutes
    let settings: GatewaySettings
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// All routes.
    var table: RouteTable {
        var routes = RouteTable()
        routes.get("/models", "/v1/models", task: { try await list($0) })
        routes.get("/v1/models/**", task: { try model($0) })
        routes.post("/models/load", use: { try load($0) })
        routes.post("/models/unload", use: { try await unload($0) })
        addLibraryRoutes(to: &routes)
        addInspectionRoutes(to: &routes)
        activity.add(to: &routes)
        OllamaRoutes(fleet: fleet, library: library, now: now).add(to: &routes)
        routes.get("/props", look: { _ in properties() })
        routes.get("/openapi.json", task: { _ in Response(OpenAPIDocument.json) })
        observing.add(to: &routes)
        streams.add(to: &routes)
        WebPage(isServed: settings.servesPage, prefix: settings.relay.plainPrefix).add(to: &routes)
        CrossOriginProxy.add(proxy, to: &routes)
        return routes
    }

    private func list(_ request: Request) async throws -> Response {
        if let only { return Response(try only.list(created: now())) }
        if request.query["reload"]?.isEmpty == false { await library?.reload() }
        let created = now()
        // OpenAI's clients know a model by its id alone; clients of the other path know `aliases`.
        let hasAliases = request.path.hasSuffix("/v1/models")
        let entries = (fleet.models() + downloads()).flatMap { status -> [ModelResource] in
            let model = ModelListing.resource(status, created: created)
            return [model] + (hasAliases ? ModelListing.aliases(model) : [])
        }
        var list = ModelListResource()
        list.data = entries
        list.problem = listProblem
        return Response(list.json)
    }

    private func model(_ request: Request) throws -> Response {
        let name = QueryString.decoded(request.parameter[...], plusIsSpace: false)
        guard let status = fleet.status(of: name) else { throw APIError(.notFound, "model is not found") }
        return Response(ModelListing.resource(status, created: now()).json)
    }

    private func load(_ request: Request) throws -> Response {
        try fleet.load(try Self.modelName(try object(request)))
        return Response(["success": true])
    }

    private func unload(_ request: Request) async throws -> Response {
        let body = try object(request)
        let name = try Self.modelName(body)
        let keepsParts = body["keep_partial"]?.bool ?? false
        if try await !cancelDownload(name, keepsParts: keepsParts) { try fleet.unload(name) }
        return Response(["success": true])
    }

    private func properties() -> Response {
        var properties = RouterPropertiesResource()
        properties.maxModels = settings.maxModels
        properties.autoload = settings.autoload
        properties.build = settings.buildInfo
        properties.hasProxy = proxy != nil
        return Response(properties.json)
    }

    /// The body, which must be a JSON object.
    func object(_ request: Request) throws(APIError) -> JSONValue {
        let json = try request.json()
        guard json.members != nil else { throw APIError(.invalidRequest, "the body must be a JSON object") }
        return json
    }

    /// The member `model` of an object.
    static func modelName(_ json: JSONValue) throws(APIError) -> String {
        guard let model = json["model"] else {
            throw APIError(.invalidRequest, "model name is missing from the request")
        }
        guard let name = model.string else { throw APIError(.invalidRequest, "'model' must be a string") }
        guard !name.isEmpty else { throw APIError(.invalidRequest, "model name is missing from the request") }
        return name
    }
}
