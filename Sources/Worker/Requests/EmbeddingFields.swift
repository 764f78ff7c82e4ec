// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// What a request for embeddings wants.
struct EmbeddingFields: Sendable {
    /// The texts, which may have media among their tokens.
    let texts: [Prompt]
    /// Whether the texts came in `content`, which is llama-server's own.
    let isNative: Bool
    let isBase64: Bool
    private let norm: EmbeddingNorm
    /// Numbers of each vector to give; nil for all.
    private let dimensions: Int?

    /// Texts of one request, as OpenAI has it.
    static let limit = ModelPortrait.mostTexts

    /// - Throws: 400 naming the field.
    init(_ fields: RequestFields, model: ServedModel) async throws {
        isNative = fields[\EmbeddingMembers.input] == nil
        let name = isNative ? "content" : "input"
        guard let value = fields[name] else {
            throw APIError(.invalidRequest, "\"input\" or \"content\" must be provided")
        }
        texts = try await Self.texts(value, name, model)
        let format = try fields[\EmbeddingMembers.format] ?? "float"
        guard ["float", "base64"].contains(format) else {
            throw APIError(.invalidRequest, "'encoding_format' must be float or base64, not '\(format)'")
        }
        isBase64 = format == "base64"
        norm = EmbeddingNorm(
            number: try fields[\EmbeddingMembers.norm] ?? model.defaults.embeddingNorm
        )
        let length = max(1, Int(model.engine.model.facts.embeddingLength))
        dimensions = try fields.integer(EmbeddingMembers.shape.dimensions.name, in: 1...length)
    }

    /// A request in the words of Text Embeddings Inference.
    /// - Parameters:
    ///   - name: the field that has the texts.
    ///   - limit: most tokens of one text.
    /// - Throws: 400 naming the field.
    init(texts fields: RequestFields, named name: String = "inputs", model: ServedModel, limit: Int) async throws {
        isNative = false
        isBase64 = false
        guard let value = fields[name] else {
            throw APIError(.invalidRequest, "'\(name)' is missing; it must be a text or an array of texts")
        }
        var texts = try await Self.texts(value, name, model)
        if let direction = try fields[\EmbedMembers.direction], direction.lowercased() != "right" {
            throw APIError(.invalidRequest, "'truncation_direction' must be right, not '\(direction)'")
        }
        if try fields[\EmbedMembers.truncates] == true {
            texts = texts.map { text in
                guard text.media.isEmpty, text.tokens.count > limit, let last = text.tokens.last else { return text }
                // What ends a text has to end it still.
                return Prompt(Array(text.tokens.prefix(limit - 1)) + [last])
            }
        }
        self.texts = texts
        if let prompt = try fields[\EmbedMembers.promptName], !prompt.isEmpty {
            throw APIError(.invalidRequest, "'prompt_name' is not supported: write the prompt before the text")
        }
        norm = EmbeddingNorm(number: try fields[\EmbedMembers.normalizes] ?? true ? 2 : -1)
        let length = max(1, Int(model.engine.model.facts.embeddingLength))
        dimensions = try fields.integer(EmbedMembers.shape.dimensions.name, in: 1...length)
    }

    /// A vector as it was asked for: cut, then brought to its length.
    func shape(_ values: [Float]) -> [Float] {
        norm.apply(dimensions.map { Array(values.prefix($0)) } ?? values)
    }

    private static func texts(_ value: JSONValue, _ name: String, _ model: ServedModel) async throws -> [Prompt] {
        guard let list = value.array, !list.contains(where: { $0.double != nil }) else {
            return [try await text(value, name, model)]
        }
        guard !list.isEmpty else { throw APIError(.invalidRequest, "'\(name)' must not be empty") }
        guard list.count <= limit else {
            throw APIError(.invalidRequest, "'\(name)' has \(list.count) entries; \(limit) are allowed")
        }
        var texts: [Prompt] = []
        for entry in list { texts.append(try await text(entry, name, model)) }
        return texts
    }

    /// A prompt, or an object whose `content` is an array of parts.
    private static func text(_ value: JSONValue, _ name: String, _ model: ServedModel) async throws -> Prompt {
        guard let content = value["content"] else { return try await PromptFields.prompt(value, named: name, model) }
        guard content.array != nil else {
            throw APIError(.invalidRequest, "'\(name).content' must be an array of parts, not \(content.kind)")
        }
        let media = try MediaFields(RequestFields(["messages": [["content": content]]]), model.abilities)
        var text = ""
        for part in media.fields["messages"]?.array?.first?["content"]?.array ?? [] {
            guard ["text", "media_marker"].contains(part["type"]?.string), let more = part["text"]?.string else {
                throw APIError(
                    .invalidRequest,
                    "a part of '\(name).content' must be {\"type\": \"text\", \"text\": …}, an image or a sound"
                )
            }
            text += more
        }
        return try await model.prompt(text, media.sources, in: name)
    }
}
