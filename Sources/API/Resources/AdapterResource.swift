// SPDX-License-Identifier: MIT

/// A LoRA adapter, as llama-server shows it: an entry of `GET /lora-adapters`.
package struct AdapterResource: APIResource {
    package static let component: String? = "Adapter"

    /// Its number among the model's.
    package var id = 0
    package var path = ""
    /// How strongly it works in requests that don't say otherwise.
    package var scale = 0.0
    package var taskName = ""
    package var promptPrefix = ""
    /// What starts an adapter that works from there on (aLoRA), and its tokens.
    package var invocation: String?
    package var invocationTokens: [Int]?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id, .count), .always("path", \.path), .always("scale", \.scale),
        .usual("task_name", \.taskName), .usual("prompt_prefix", \.promptPrefix),
        .maybe("alora_invocation_string", \.invocation), .maybe("alora_invocation_tokens", \.invocationTokens),
    ]
}
