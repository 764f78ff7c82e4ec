// SPDX-License-Identifier: MIT

package import Wire

/// Something that observers are told, in llama-server's words.
package enum FleetEvent: Sendable, Equatable {
    /// A model begins to load.
    case begun(model: String, ModelWord)
    /// A model is loaded for the first time since it began.
    /// - Parameter info: What its worker says of it.
    case loaded(model: String, info: JSONValue)
    /// A model is being loaded.
    /// - Parameter progress: From 0 to 1.
    case loading(model: String, progress: Double)
    /// A model's worker is gone.
    /// - Parameter exitCode: 0 if it was asked to go.
    case unloaded(model: String, exitCode: Int32)
    /// A model's status is another one, and there is no more to say.
    case changed(model: String, ModelWord)
    /// Something happened to the models that there are: a download, a removal, a reload.
    case library(LibraryEvent)

    /// The event as llama-server words it: `{"model":…,"event":…,"data":{…}}`, where `data` may be missing.
    package var json: JSONValue {
        switch self {
        case .begun(let model, let word): Self.json(model, "model_status", ["status": .string(word.rawValue)])
        case .loaded(let model, let info):
            Self.json(model, "status_change", ["status": "loaded", "info": info])
        case .loading(let model, let progress):
            Self.json(
                model,
                "status_change",
                [
                    "status": "loading",
                    "progress": ["stages": ["text_model"], "current": "text_model", "value": .number(progress)],
                ]
            )
        case .unloaded(let model, let code):
            Self.json(model, "status_change", ["status": "unloaded", "exit_code": .integer(Int64(code))])
        case .changed(let model, let word): Self.json(model, "status_change", ["status": .string(word.rawValue)])
        case .library(let event): event.json
        }
    }

    private static func json(_ model: String, _ event: String, _ data: JSONValue? = nil) -> JSONValue {
        var members: [JSONValue.Member] = [.init("model", .string(model)), .init("event", .string(event))]
        if let data { members.append(.init("data", data)) }
        return .object(members)
    }
}
