// SPDX-License-Identifier: MIT

import API
import Catalogue
import Fleet
import HTTPServer
import Library
import NIOCore
import NIOHTTP1
import NIOPosix
import Wire

/// Ollama's routes that make models: sections of a preset file, of other models or of files that were sent.
extension OllamaRoutes {
    func addCreatingRoutes(to routes: inout RouteTable) {
        routes.post("/api/create", use: { try await create($0) })
        routes.post("/api/copy", use: { try await copy($0) })
        routes.post("/api/push", use: { try push($0) })
        routes.on(.HEAD, "/api/blobs/*", .task { try await find($0) })
        routes.upload("/api/blobs/*") { try await receive($0) }
    }

    // MARK: Models

    private func create(_ request: Request) async throws -> Response {
        let (name, body) = try named(request)
        let library = try changing()
        let wanted = try OllamaCreate(body, name: try freeName(name))
        var steps: [OllamaStatusLine] = []
        let base: ModelLibrary.CreatedBase
        if let from = wanted.from {
            let entry = try source(from)
            base = .model(entry)
            // Looks at the files.
            let digest = try await NIOThreadPool.singleton.runIfActive { ModelIdentity(entry).digest }
            steps.append(OllamaStatusLine("using existing layer sha256:\(digest)"))
        } else {
            base = .files(wanted.files)
            steps.append(OllamaStatusLine("parsing GGUF"))
            steps += wanted.files.map { OllamaStatusLine("using existing layer \($0)") }
        }
        steps += wanted.parts.adapters.map { OllamaStatusLine("using existing layer \($0)") }
        steps += wanted.warnings.map { OllamaStatusLine("warning: \($0)") }
        steps.append(OllamaStatusLine("writing manifest"))
        // Before the first line, so that what is wrong has its status.
        try await library.create(wanted.name, from: base, with: wanted.parts)
        guard wanted.streams else {
            var line = OllamaStatusLine.success
            if !wanted.warnings.isEmpty { line.warnings = wanted.warnings }
            return Response(line.json)
        }
        let lines = (steps + [.success]).map { ByteBuffer(bytes: $0.json.bytes + [0x0A]) }
        return Response(stream: "application/x-ndjson") { try await $0.write(lines) }
    }

    private func copy(_ request: Request) async throws -> Response {
        let body = try self.body(request)
        guard let source = body["source"]?.string, let destination = body["destination"]?.string,
            !source.isEmpty, !destination.isEmpty
        else {
            throw APIError(.invalidRequest, "'source' and 'destination' must be models' names")
        }
        let library = try changing()
        let entry = try self.source(source)
        let name = try freeName(destination)
        guard name != entry.id else { return Response(status: 200) }
        try await library.create(name, from: .model(entry), with: ModelLibrary.CreatedParts())
        return Response(status: 200)
    }

    private func push(_ request: Request) throws -> Response {
        let (name, _) = try named(request)
        throw APIError(
            .notSupported,
            "cannot push '\(name.prefix(80))': this server has no registry to push to; upload the model's GGUF file to Hugging Face "
                + "(hf upload), from where others pull it as hf.co/USER/REPO:TAG"
        )
    }

    /// The model that another one is made from.
    private func source(_ name: String) throws(APIError) -> ModelEntry {
        guard let entry = fleet.status(of: name)?.entry else { throw Self.unknown(String(name.prefix(200))) }
        if let problem = entry.problem {
            throw APIError(.invalidRequest, "'\(entry.id)' cannot be used: \(problem)")
        }
        return entry
    }

    /// The id of a model that is to be made: that of the one of this name, in whatever letters, or else the name.
    private func freeName(_ name: String) throws(APIError) -> String {
        let name = try OllamaCreate.checked(Catalogue.withoutOllamaParts(name))
        guard let entry = fleet.catalogue.entry(named: name) else { return name }
        if entry.id.lowercased() == name.lowercased() { return entry.id }
        guard !entry.aliases.contains(name) else {
            throw APIError(
                .invalidRequest,
                "'\(name)' is another name of '\(entry.id)'; choose one that no model has"
            )
        }
        return name
    }

    private func changing() throws(APIError) -> ModelLibrary {
        guard let library else { throw APIError(.notSupported, "this server serves one model and makes none") }
        return library
    }

    // MARK: Files

    private func find(_ request: Request) async throws -> Response {
        let digest = try digest(request)
        guard let library, try await library.hasBlob(digest) else {
            throw APIError(.notFound, "blob '\(digest)' not found")
        }
        return Response(status: 200)
    }

    private func receive(_ request: Request) async throws -> Response {
        let digest = try digest(request)
        let library = try changing()
        guard let stream = request.stream else { throw APIError(.server, "the server failed to read this request") }
        do {
            guard try await !library.hasBlob(digest) else {
                // The client is told once it has sent all: some don't listen before.
                for try await _ in stream {}
                return Response(status: 200)
            }
            try await library.receive(digest, size: request.header("content-length").flatMap { UInt64($0) }, stream)
        } catch is ChannelError {
            throw APIError(.invalidRequest, "the body ended before it was complete")
        }
        return Response(status: 201)
    }

    private func digest(_ request: Request) throws(APIError) -> BlobDigest {
        let text = QueryString.decoded(request.parameter[...], plusIsSpace: false)
        guard let digest = BlobDigest(text) else {
            throw APIError(
                .invalidRequest,
                "invalid digest: it must be sha256: and 64 hexadecimal digits in small letters"
            )
        }
        return digest
    }
}
