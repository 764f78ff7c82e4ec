// SPDX-License-Identifier: MIT

package import Wire

/// Something that happened to the models that there are. ``json`` is llama-server's event for it.
package enum LibraryEvent: Sendable, Equatable {
    case downloadStarted(model: String)
    case downloadProgress(model: String, DownloadProgress)
    case downloadFinished(model: String)
    /// - Parameter reason: what went wrong, in a sentence.
    case downloadFailed(model: String, reason: String)
    case modelRemoved(model: String)
    /// The sources were looked into again.
    /// - Parameter problem: why nothing was taken over; nil if it was.
    case modelsReloaded(problem: String?)

    /// The event as `GET /models/sse` tells it: `{"model":…,"event":…,"data":{…}}`.
    package var json: JSONValue {
        switch self {
        case .downloadStarted(let model):
            Self.event(model, "model_status", ["status": "downloading"])
        case .downloadProgress(let model, let progress):
            Self.event(model, "download_progress", ["progress": progress.json])
        case .downloadFinished(let model):
            Self.event(model, "download_finished", .object([]))
        case .downloadFailed(let model, let reason):
            Self.event(model, "download_failed", ["reason": .string(reason)])
        case .modelRemoved(let model):
            Self.event(model, "model_remove", .object([]))
        case .modelsReloaded(let problem):
            Self.event("*", "models_reload", problem.map { ["problem": .string($0)] } ?? .object([]))
        }
    }

    private static func event(_ model: String, _ name: String, _ data: JSONValue) -> JSONValue {
        var members: [JSONValue.Member] = [.init("model", .string(model)), .init("event", .string(name))]
        if data != .object([]) { members.append(.init("data", data)) }
        return .object(members)
    }
}

extension DownloadProgress {
    /// `{"URL":{"done":BYTES,"total":BYTES}}`
    package var json: JSONValue {
        .object(
            files.map { url, file in
                let value: JSONValue = [
                    "done": .integer(Int64(clamping: file.done)), "total": .integer(Int64(clamping: file.total)),
                ]
                return JSONValue.Member(url, value)
            }
        )
    }
}
