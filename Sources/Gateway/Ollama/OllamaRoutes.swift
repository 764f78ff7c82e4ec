// SPDX-License-Identifier: MIT

import API
import Catalogue
import Fleet
import GGUF
import HTTPServer
import Library
import NIOCore
import NIOHTTP1
import NIOPosix
import Wire

/// Ollama's routes that no model answers: lists, downloads, removal. Those that use a model go to its worker.
/// Source: Ollama's `docs/api.md` and `server/routes.go`.
struct OllamaRoutes {
    /// The version of Ollama whose API this is: clients look whether it has what they need.
    static let version = "0.33.0"

    let fleet: Fleet
    /// Where models come from; nil where they can't change.
    let library: ModelLibrary?
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to routes: inout RouteTable) {
        routes.get(
            "/api/version",
            look: { _ in Response(["version": .string(Self.version), "enginehouse": .string(Version.current)]) }
        )
        routes.get("/api/tags", task: { _ in try await tags() })
        routes.get("/api/ps", task: { _ in try await running() })
        routes.post("/api/show", use: { try await show($0) })
        routes.post("/api/pull", use: { try await pull($0) })
        routes.delete("/api/delete") { try await delete($0) }
        addCreatingRoutes(to: &routes)
    }

    // MARK: Lists

    private func tags() async throws -> Response {
        let entries = fleet.models().map(\.entry).filter { $0.files == .present }
        // Looks at each file.
        let models = try await NIOThreadPool.singleton.runIfActive { entries.map(Self.listed) }
        return Response(OllamaModelList(models).json)
    }

    private static func listed(_ entry: ModelEntry) -> OllamaModelEntry {
        let facts = OllamaFacts(entry)
        let identity = ModelIdentity(entry)
        var model = OllamaModelEntry()
        model.name = facts.name
        model.modified = Timestamp.text(secondsSince1970: identity.modified)
        model.size = Int(clamping: entry.sizeBytes)
        model.digest = identity.digest
        model.details = facts.details
        model.capabilities = facts.capabilities(facts.template)
        return model
    }

    private func running() async throws -> Response {
        let now = now()
        let loaded = fleet.models().filter { [.loaded, .sleeping].contains($0.word) }
        let models = try await NIOThreadPool.singleton.runIfActive {
            loaded.map { (Self.expiry(of: $0, now: now), Self.running($0, expires: Self.expiry(of: $0, now: now))) }
        }
        return Response(OllamaModelList(models.sorted { $0.0 > $1.0 }.map(\.1)).json)
    }

    private static func running(_ status: ModelStatus, expires: Int64) -> OllamaRunningModel {
        let facts = OllamaFacts(status.entry)
        let bytes = status.footprint?.bytes ?? [:]
        let sum = bytes.values.reduce(Int64(0)) { $0.addingSaturating($1) }
        let meta = status.info?["meta"].flatMap(ModelMeta.init(reading:))
        var model = OllamaRunningModel()
        model.name = facts.name
        model.size = sum > 0 ? Int(sum) : Int(clamping: status.entry.sizeBytes)
        model.deviceSize = Int(sum - (bytes[MemoryDevice.host] ?? 0))
        model.digest = ModelIdentity(status.entry).digest
        model.details = facts.details
        model.expires = Timestamp.text(secondsSince1970: expires)
        model.contextLength = meta?.contextSize ?? 0
        return model
    }

    /// When a model leaves if nothing more comes, in seconds since 1970.
    private static func expiry(of status: ModelStatus, now: Int64) -> Int64 {
        // Never, as Ollama says it: in three hundred years.
        guard let time = status.timeToLive, !status.isPinned else { return now + 292 * 365 * 86_400 }
        return now + (time - (status.sinceLastUse ?? .zero)).components.seconds
    }

    // MARK: One model

    private func show(_ request: Request) async throws -> Response {
        let (name, body) = try named(request)
        guard let status = fleet.status(of: name) else { throw Self.unknown(name) }
        let isVerbose = body["verbose"]?.bool ?? false
        // Reading a header with a long vocabulary takes some milliseconds.
        let shown = try await NIOThreadPool.singleton.runIfActive {
            OllamaModel.shown(status.entry, isVerbose: isVerbose)
        }
        return Response(shown.json)
    }

    private func delete(_ request: Request) async throws -> Response {
        let (name, _) = try named(request)
        guard let library, let entry = fleet.status(of: name)?.entry else { throw Self.unknown(name) }
        guard entry.canRemove else {
            throw APIError(
                .invalidRequest,
                "model '\(name)' was not downloaded by this server, which doesn't remove it: delete its file"
            )
        }
        try await library.remove(entry.id)
        return Response(status: 200)
    }

    private func pull(_ request: Request) async throws -> Response {
        let (name, body) = try named(request)
        guard let library else {
            throw APIError(.notSupported, "this server serves one model and downloads none")
        }
        let streams = body["stream"]?.bool ?? true
        let pull = OllamaPull(fleet: fleet, library: library, name: name)
        guard streams else {
            try await pull.run { _ in }
            return Response(OllamaStatusLine.success.json)
        }
        return Response(stream: "application/x-ndjson") { writer in
            do {
                try await pull.run { line in try await writer.write([ByteBuffer(bytes: line.json.bytes + [0x0A])]) }
                try await writer.write([ByteBuffer(bytes: OllamaStatusLine.success.json.bytes + [0x0A])])
            } catch let error as APIError {
                try await writer.write([ByteBuffer(string: error.event(in: .ollama))])
            }
        }
    }

    /// The model that a body names, as `model` or, older, as `name`, and the body.
    func named(_ request: Request) throws(APIError) -> (String, JSONValue) {
        let json = try body(request)
        let names = [json["model"], json["name"]].compactMap { $0?.string }
        guard let name = names.first(where: { !$0.isEmpty }) else {
            throw APIError(.invalidRequest, "model is required")
        }
        return (name, json)
    }

    func body(_ request: Request) throws(APIError) -> JSONValue {
        guard request.body.readableBytes > 0 else { throw APIError(.invalidRequest, "missing request body") }
        return try request.json()
    }

    static func unknown(_ name: String) -> APIError { APIError(.notFound, "model '\(name)' not found") }
}
