// SPDX-License-Identifier: MIT

import Fleet
import HTTPTypes
import Hummingbird
import NIOCore
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

    /// The router with all routes.
    func router() -> Router<BasicRequestContext> {
        // The routes by themselves say which methods each path takes.
        let bare = Router(context: BasicRequestContext.self)
        addRoutes(to: bare)
        let methods = RouteMethods(bare.routes.map { ("\($0.path)", $0.method.rawValue) })
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: PreflightMiddleware())
        router.add(middleware: ErrorMiddleware(methods: methods, bodyLimit: settings.relay.maxBodyBytes))
        addRoutes(to: router)
        return router
    }

    private func addRoutes(to router: Router<BasicRequestContext>) {
        for path in ["/models", "/v1/models"] as [RouterPath] {
            router.get(path) { request, _ in try await list(request) }
        }
        router.get("/v1/models/**") { request, _ in try model(request) }
        router.post("/models/load") { request, _ in try await load(request) }
        router.post("/models/unload") { request, _ in try await unload(request) }
        addLibraryRoutes(to: router)
        addInspectionRoutes(to: router)
        activity.add(to: router)
        OllamaRoutes(fleet: fleet, library: library, settings: settings, now: now).add(to: router)
        router.get("/props") { _, _ in properties() }
        observing.add(to: router)
        streams.add(to: router)
        WebPage(isServed: settings.servesPage, prefix: settings.relay.plainPrefix).add(to: router)
        CrossOriginProxy.add(proxy, to: router)
    }

    private func list(_ request: Request) async throws -> Response {
        if let only { return Self.json(try only.list(created: now())) }
        if QueryString(Substring(request.uri.query ?? ""))["reload"]?.isEmpty == false { await library?.reload() }
        let created = now()
        // OpenAI's clients know a model by its id alone; whoever asks at the other path knows `aliases`.
        let hasAliases = request.uri.path.hasSuffix("/v1/models")
        let entries = (fleet.models() + downloads()).flatMap { status in
            [ModelListing.json(status, created: created)]
                + (hasAliases ? ModelListing.aliases(status, created: created) : [])
        }
        return Self.json(.object([.init("object", "list"), .init("data", .array(entries))] + listProblem()))
    }

    private func model(_ request: Request) throws -> Response {
        let prefix = "/v1/models/"
        let name = QueryString.decoded(request.uri.path.dropFirst(prefix.count), plusIsSpace: false)
        guard let status = fleet.status(of: name) else { throw APIError(.notFound, "model is not found") }
        return Self.json(ModelListing.json(status, created: now()))
    }

    private func load(_ request: Request) async throws -> Response {
        try fleet.load(try await modelName(request))
        return Self.json(["success": true])
    }

    private func unload(_ request: Request) async throws -> Response {
        let body = try await object(request)
        let name = try Self.modelName(body)
        let keepsParts = body["keep_partial"]?.bool ?? false
        if try await !cancelDownload(name, keepsParts: keepsParts) { try fleet.unload(name) }
        return Self.json(["success": true])
    }

    private func properties() -> Response {
        Self.json([
            "role": "router",
            "max_instances": .integer(Int64(settings.maxModels)),
            "models_autoload": .bool(settings.autoload),
            "model_alias": "llama-server",
            "model_path": "none",
            "default_generation_settings": ["params": .object([]), "n_ctx": 0],
            "ui_settings": .object([]),
            "build_info": .string(settings.buildInfo),
            "cors_proxy_enabled": .bool(proxy != nil),
        ])
    }

    /// The member `model` of the body.
    func modelName(_ request: Request) async throws -> String {
        try Self.modelName(try await object(request))
    }

    /// The body, which must be a JSON object.
    func object(_ request: Request) async throws -> JSONValue {
        let body = try await request.body.collect(upTo: settings.maxManagementBodyBytes)
        let json: JSONValue
        do {
            json = try JSONValue(parsing: body.readableBytesSpan)
        } catch {
            throw APIError(.invalidRequest, "\(error)")
        }
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

    static func json(_ value: JSONValue) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes))
        )
    }
}
