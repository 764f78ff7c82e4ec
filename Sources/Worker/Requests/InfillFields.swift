// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// Reads what stands around a gap.
enum InfillFields {
    /// Chunks of other files in one request.
    private static let limit = 1024

    /// The prompt of a request for what stands in a gap.
    /// - Throws: 400 naming the field, 501 for a model that can't do it.
    static func prompt(_ fields: RequestFields, model: ServedModel) throws(APIError) -> [Int32] {
        guard let prefix = try fields[\InfillMembers.prefix] else {
            throw APIError(.invalidRequest, "\"input_prefix\" is required")
        }
        guard let suffix = try fields[\InfillMembers.suffix] else {
            throw APIError(.invalidRequest, "\"input_suffix\" is required")
        }
        let begun = try fields[\InfillMembers.begun] ?? ""
        return try tokens(
            InfillPrompt(prefix: prefix, suffix: suffix, begun: begun, chunks: try chunks(fields)),
            fields,
            model
        )
    }

    /// The tokens of such a prompt.
    static func tokens(
        _ prompt: InfillPrompt,
        _ fields: RequestFields,
        _ model: ServedModel
    ) throws(APIError) -> [Int32] {
        let generated =
            try fields[\GenerationMembers.maxTokens] ?? model.defaults.maxTokens
        let engine = model.engine
        var prompt = prompt
        prompt.suffixFirst = model.defaults.infillsSuffixFirst
        do {
            return try prompt.tokens(
                engine.model,
                .init(
                    batch: min(engine.batchSize, engine.contextSize),
                    context: engine.contextSize,
                    generated: min(max(generated, 0), engine.contextSize)
                )
            )
        } catch {
            throw APIError(error)
        }
    }

    private static func chunks(_ fields: RequestFields) throws(APIError) -> [InfillPrompt.Chunk] {
        guard let value = fields[\InfillMembers.chunks] else { return [] }
        guard let list = value.array, list.count <= limit else {
            throw APIError(
                .invalidRequest,
                "\"input_extra\" must be an array of at most \(limit) {\"filename\": string, \"text\": string}"
            )
        }
        var chunks: [InfillPrompt.Chunk] = []
        for (index, entry) in list.enumerated() {
            guard case .object = entry, let text = entry["text"]?.string else {
                throw APIError(.invalidRequest, "'input_extra[\(index)].text' must be a string")
            }
            let file = try RequestFields(entry).string("filename") ?? "tmp"
            chunks.append(InfillPrompt.Chunk(file: file, text: text))
        }
        return chunks
    }
}
