// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import HTTPServer
import Library
import Platform
import Wire

/// The routes by which models come and go: downloads, removal, reload.
extension ManagementRoutes {
    func addLibraryRoutes(to routes: inout RouteTable) {
        guard let library else { return }
        addSuggestions(to: &routes)
        routes.post(
            "/models",
            use: { request in
                guard let present = try await library.download(try downloadName(request)) else {
                    return Response(["success": true])
                }
                return Response(["success": true, "present": true, "model": .string(present)])
            }
        )
        routes.delete("/models") { request in
            try await remove(request.query["model"] ?? "", library)
            return Response(["success": true])
        }
        routes.post(
            "/models/reload",
            use: { _ in
                await library.reload()
                if let problem = library.problem { throw APIError(.server, problem) }
                return Response(["success": true])
            }
        )
    }

    /// The models that are being downloaded.
    func downloads() -> [ModelStatus] { library?.downloads() ?? [] }

    /// What `GET /models` says beside the models: why those of the sources as they are now are not all there.
    var listProblem: String? {
        let hidden = fleet.catalogue.notes.filter(\.hidesModels).map(\.message)
        let problems = [library?.problem].compactMap { $0 } + hidden
        return problems.isEmpty ? nil : problems.joined(separator: "; ")
    }

    /// Gives a download up, if there is one of that name.
    /// - Parameter keepsParts: whether what has arrived stays for another time.
    func cancelDownload(_ name: String, keepsParts: Bool) async throws -> Bool {
        await library?.cancelDownload(name, keepsParts: keepsParts) ?? false
    }

    private func downloadName(_ request: Request) throws -> String {
        let body = try object(request)
        // llama-server has other words here than elsewhere.
        guard let name = body["model"], name != "" else {
            throw APIError(.invalidRequest, "model must be a non-empty string")
        }
        return try Self.modelName(body)
    }

    private func remove(_ name: String, _ library: ModelLibrary) async throws {
        do {
            try await library.remove(name)
        } catch {
            // llama-server answers 500 to a model that isn't there or not from the cache.
            guard error.code == .notFound || error.code == .denied else { throw error }
            throw APIError(.server, error.message)
        }
    }
}
