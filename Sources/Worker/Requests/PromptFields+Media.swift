// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// Prompts with media: `{"prompt_string": …, "multimodal_data": [base64, …]}`.
extension PromptFields {
    /// The prompts of `prompt`, of which each may have media.
    /// - Throws: 400.
    static func prompts(_ fields: RequestFields, model: ServedModel) async throws -> [Prompt] {
        guard let value = fields["prompt"], hasMedia(value) else {
            return try prompts(fields, model: model.engine.model).map { Prompt($0) }
        }
        let list = value.array ?? [value]
        guard list.count <= limit else {
            throw APIError(.invalidRequest, "'prompt' has \(list.count) entries; \(limit) are allowed")
        }
        var result: [Prompt] = []
        for entry in list { result.append(try await prompt(entry, named: "prompt", model)) }
        return result
    }

    private static func hasMedia(_ value: JSONValue) -> Bool {
        (value.array ?? [value]).contains { $0["multimodal_data"] != nil }
    }

    /// One prompt, which may have media.
    /// - Parameter name: the field's, for errors.
    static func prompt(_ value: JSONValue, named name: String, _ model: ServedModel) async throws -> Prompt {
        guard hasMedia(value) else { return Prompt(try tokens(value, named: name, model: model.engine.model)) }
        let fields = RequestFields(value)
        guard let text = try fields.string("prompt_string") else {
            throw APIError(.invalidRequest, "'\(name).prompt_string' is missing")
        }
        var sources: [MediaSource] = []
        for data in try fields.strings("multimodal_data", atMost: model.media.limits.count) ?? [] {
            sources.append(.bytes(try MediaSource.base64(data[...], "\(name).multimodal_data")))
        }
        return try await model.prompt(text, sources, in: "\(name).multimodal_data")
    }
}
