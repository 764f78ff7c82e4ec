// SPDX-License-Identifier: MIT

import API
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
        var model = ModelListing.resource(status, created: created)
        // All names stand there, the id among them.
        model.aliases = Set([id] + status.entry.aliases).sorted()
        var list = ModelListResource()
        list.data = [model]
        list.models = [Self.summary(status.entry)]
        return list.json
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
