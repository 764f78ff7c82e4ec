// SPDX-License-Identifier: MIT

package import Wire

/// A message of Anthropic's API.
/// Source: Anthropic's API reference, `POST /v1/messages`.
package struct AnthropicMessage: APIResource {
    package struct Usage: APIResource {
        package var cached = 0
        package var prompt = 0
        package var generated = 0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("cache_read_input_tokens", \.cached, .count), .always("input_tokens", \.prompt, .count),
            .always("output_tokens", \.generated, .count),
        ]
    }

    package static let component: String? = "AnthropicMessage"

    package var id = ""
    package var type = "message"
    package var role = "assistant"
    package var content: [JSONValue] = []
    package var model = ""
    package var stopReason: String?
    package var stopSequence: String?
    package var usage = Usage()

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id), .always("type", \.type, .words("message")), .always("role", \.role, .words("assistant")),
        .always("content", \.content, .list(block)), .always("model", \.model),
        .nullable("stop_reason", \.stopReason, .words("end_turn", "max_tokens", "stop_sequence", "tool_use")),
        .nullable("stop_sequence", \.stopSequence), .always("usage", \.usage),
    ]

    private static let block: APISchema = .object(
        [
            ("type", .words("text", "thinking", "tool_use")), ("text", .text), ("thinking", .text),
            ("signature", .text), ("id", .text), ("name", .text), ("input", .any),
        ],
        required: ["type"]
    )
}
