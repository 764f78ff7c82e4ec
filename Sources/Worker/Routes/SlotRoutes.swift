// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import Wire

/// `POST /slots/ID?action=save|restore|erase`.
struct SlotRoutes: Sendable {
    let state: ModelState
    let endpoints: EndpointSwitches

    func add(to routes: inout RouteTable) {
        routes.post("/slots/*") { request in
            guard let folder = endpoints.slotFolder else {
                throw APIError(
                    .notSupported,
                    "This server does not support slots action. Start it with `--slot-save-path`"
                )
            }
            let text = request.parameter
            guard let id = Int(text), id >= 0 else {
                throw APIError(.invalidRequest, "Invalid slot ID '\(text)'; it is a whole number")
            }
            let action = request.query["action"] ?? ""
            switch action {
            case "save":
                let (name, path) = try file(request, in: folder)
                return try await perform(.save(path: path), id) { outcome, answer in
                    answer.file = name
                    answer.saved = outcome.tokens
                    answer.written = outcome.bytes
                    answer.timings = .init(save: outcome.duration / .milliseconds(1))
                }
            case "restore":
                let (name, path) = try file(request, in: folder)
                return try await perform(.restore(path: path), id) { outcome, answer in
                    answer.file = name
                    answer.restored = outcome.tokens
                    answer.read = outcome.bytes
                    answer.timings = .init(restore: outcome.duration / .milliseconds(1))
                }
            case "erase":
                return try await perform(.erase, id) { outcome, answer in answer.erased = outcome.tokens }
            default:
                throw APIError(.invalidRequest, "Invalid action '\(action)'; it is save, restore or erase")
            }
        }
    }

    private func perform(
        _ action: SlotAction,
        _ slot: Int,
        answer: (SlotAction.Outcome, inout SlotActionResource) -> Void
    ) async throws -> Response {
        let model = try state.get()
        do {
            let outcome = try await model.engine.perform(action, slot: slot)
            var resource = SlotActionResource()
            resource.slot = slot
            answer(outcome, &resource)
            return Response(resource.json)
        } catch {
            throw APIError(error)
        }
    }

    private func file(_ request: Request, in folder: String) throws -> (name: String, path: String) {
        let fields = try request.fields()
        guard let name = try fields[\SlotMembers.file] else {
            throw APIError(.invalidRequest, "'filename' is missing")
        }
        guard Self.isPlain(name) else {
            throw APIError(
                .invalidRequest,
                "Invalid filename: it must be a name without a folder, a leading dot or control characters"
            )
        }
        return (name, folder.hasSuffix("/") ? folder + name : folder + "/" + name)
    }

    /// Whether a name stays in its folder, on every system.
    static func isPlain(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= 200, name.utf8.first != UInt8(ascii: "."),
            name.utf8.last != UInt8(ascii: "."), name.utf8.last != UInt8(ascii: " ")
        else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar.value != 0x7F && !"/\\:*?\"<>|".unicodeScalars.contains(scalar)
                && !(0x80...0x9F).contains(scalar.value) && scalar.value != 0xFFFD && scalar.value != 0xFEFF
        } && !name.contains("..")
    }
}
