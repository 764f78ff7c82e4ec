// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Wire

extension OnlyModel {
    /// `GET /models` of a server with one model: llama-server's list, which also has a part in Ollama's words.
    /// - Parameter created: seconds since 1970.
    /// - Throws: `APIError` 503 while the model is loading.
    func list(created: Int64) throws(APIError) -> JSONValue {
        guard let status = fleet.status(of: id), status.word != .loading || status.endpoint != nil else {
            throw Self.loading
        }
        var members = ModelListing.json(status, created: created).members ?? []
        // All names stand there, the id among them.
        let names = Set([id] + status.entry.aliases).sorted()
        for index in members.indices where members[index].name == "aliases" {
            members[index] = .init("aliases", .array(names.map(JSONValue.string)))
        }
        return [
            "models": [Self.summary(status.entry)],
            "object": "list",
            "data": [.object(members)],
        ]
    }

    private static func summary(_ entry: ModelEntry) -> JSONValue {
        let isMultimodal = entry.inputModalities.count > 1
        return [
            "name": .string(entry.id),
            "model": .string(entry.id),
            "modified_at": "",
            "size": "",
            "digest": "",
            "type": "model",
            "description": "",
            "tags": [""],
            "capabilities": isMultimodal ? ["completion", "multimodal"] : ["completion"],
            "parameters": "",
            "details": [
                "parent_model": "", "format": "gguf", "family": "", "families": [""], "parameter_size": "",
                "quantization_level": "",
            ],
        ]
    }
}
