// SPDX-License-Identifier: MIT

import Engine
import Wire

/// Reads prompts: text, tokens, or both mixed.
enum PromptFields {
    /// Tokens of a prompt.
    /// - Throws: 400 for anything else than a string, an array of tokens, or an array of strings and tokens.
    static func tokens(_ value: JSONValue, model: Model) throws(APIError) -> [Int32] {
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
        default:
            throw APIError(.invalidRequest, "'prompt' must be a string or an array of tokens, not \(value.kind)")
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
