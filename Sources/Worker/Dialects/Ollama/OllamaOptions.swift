// SPDX-License-Identifier: MIT

import API
import Wire

/// Ollama's `options`: samplers and limits by request, and what Ollama sets when it loads a model.
/// Source of the names: Ollama's `api/types.go`, `Options` and `Runner`.
enum OllamaOptions {
    /// What a number is called in the fields of a chat completion.
    private static let numbers: [String: String] = [
        "num_predict": "n_predict", "num_keep": "n_keep", "seed": "seed", "top_k": "top_k", "top_p": "top_p",
        "min_p": "min_p", "typical_p": "typical_p", "temperature": "temperature", "repeat_last_n": "repeat_last_n",
        "repeat_penalty": "repeat_penalty", "presence_penalty": "presence_penalty",
        "frequency_penalty": "frequency_penalty", "mirostat": "mirostat", "mirostat_tau": "mirostat_tau",
        "mirostat_eta": "mirostat_eta",
    ]
    private static let name = "options"

    /// The fields of a chat completion that they stand for. What a request leaves out is as the model's preset, its file or
    /// the server have it, not as Ollama has it.
    /// - Throws: 400 naming the option.
    static func members(
        _ fields: RequestFields,
        contextSize: Int,
        _ warnings: inout RequestWarnings
    ) throws(APIError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        for option in try fields.object(name)?.json.members ?? [] where option.value != .null {
            let place = "\(name).\(option.name)"
            if let field = numbers[option.name] {
                guard let number = option.value.double else {
                    throw fields.wrongKind(place, "a number", option.value)
                }
                // -2 stands for as many as the context has room for, which is no limit either.
                members.append(.init(field, option.name == "num_predict" && number < 0 ? -1 : option.value))
            } else if option.name == "stop" {
                members.append(.init("stop", option.value))
            } else if option.name == "num_ctx" {
                guard let wanted = option.value.integer else {
                    throw fields.wrongKind(place, "a whole number", option.value)
                }
                guard wanted > contextSize else { continue }
                warnings.add("'\(place)' has no effect: this model has \(contextSize); set ctx-size in its preset")
            } else if let preset = OllamaParameter.named(option.name)?.option {
                warnings.add("'\(place)' has no effect: set \(preset) in the model's preset")
            } else {
                warnings.add("'\(place.prefix(80))' has no effect: this server doesn't know it")
            }
        }
        return members
    }
}
