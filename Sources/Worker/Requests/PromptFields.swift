// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// Reads prompts: text, tokens, or both mixed.
enum PromptFields {
    /// Prompts that one request may have.
    static let limit = 256

    /// The prompts of `prompt`: one, or an array of them, which holds no token itself.
    /// - Throws: 400.
    static func prompts(_ fields: RequestFields, model: Model) throws(APIError) -> [[Int32]] {
        guard let value = fields[\CompletionMembers.prompt] else {
            throw APIError(.invalidRequest, "'prompt' is missing; it must be a string or an array of tokens")
        }
        return try prompts(value, named: "prompt", model: model)
    }

    /// The same of a value.
    /// - Parameter name: the field's, for errors.
    static func prompts(_ value: JSONValue, named name: String, model: Model) throws(APIError) -> [[Int32]] {
        guard let list = value.array, !list.contains(where: { $0.double != nil }) else {
            return [try tokens(value, named: name, model: model)]
        }
        guard !list.isEmpty else { throw APIError(.invalidRequest, "'\(name)' must not be empty") }
        guard list.count <= limit else {
            throw APIError(.invalidRequest, "'\(name)' has \(list.count) entries; \(limit) are allowed")
        }
        var prompts: [[Int32]] = []
        for entry in list { prompts.append(try tokens(entry, named: name, model: model)) }
        return prompts
    }

    /// Whether each prompt of `prompt` begins with a token of the caller's, and not with a text.
    static func areTokens(_ value: JSONValue?) -> [Bool] {
        guard let list = value?.array else { return [false] }
        if list.contains(where: { $0.double != nil }) { return [list.first?.double != nil] }
        return list.map { $0.array?.first?.double != nil }
    }

    /// Tokens of one prompt.
    /// - Throws: 400 for anything else than a string, an array of tokens, an array of strings and tokens, or an object
    ///   with `prompt_string`.
    static func tokens(_ value: JSONValue, named name: String, model: Model) throws(APIError) -> [Int32] {
        switch value {
        case .string(let text):
            return try tokenize(text, model, addSpecial: true)
        case .array(let parts):
            var result: [Int32] = []
            for part in parts {
                if let text = part.string {
                    result += try tokenize(text, model, addSpecial: result.isEmpty)
                } else {
                    result.append(try token(part, model))
                }
            }
            return result
        case .object:
            if value["multimodal_data"] != nil {
                throw APIError(.invalidRequest, "'\(name).multimodal_data' cannot be used here; give text or tokens")
            }
            if let text = value["prompt_string"] { return try tokens(text, named: name, model: model) }
            fallthrough
        default:
            throw APIError(
                .invalidRequest,
                "'\(name)' must be a string, an array of tokens, or an object with 'prompt_string', not \(value.kind)"
            )
        }
    }

    /// One token of an array.
    static func token(_ value: JSONValue, _ model: Model) throws(APIError) -> Int32 {
        guard let token = value.integer, token >= 0, token < Int64(model.facts.vocabularySize) else {
            throw APIError(
                .invalidRequest,
                "a token must be a whole number between 0 and \(model.facts.vocabularySize - 1), not \(value.text)"
            )
        }
        return Int32(token)
    }

    private static func tokenize(_ text: String, _ model: Model, addSpecial: Bool) throws(APIError) -> [Int32] {
        do {
            return try model.tokenize(text, addSpecial: addSpecial, parseSpecial: true)
        } catch {
            throw APIError(error)
        }
    }
}
