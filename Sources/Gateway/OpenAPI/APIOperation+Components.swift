// SPDX-License-Identifier: MIT

import API
import Wire

/// The shapes that several operations share.
extension APIOperation {
    private static let schemaOfAnswer: APISchema = .object(
        [("type", .words("text", "json_object", "json_schema")), ("json_schema", .document)],
        required: ["type"]
    )

    private static let chat: APISchema = .object(
        generating + [
            ("messages", .list(.component("ChatMessage"))), ("max_completion_tokens", .nullable(.integer)),
            ("tools", .list(.document)), ("tool_choice", .either(.text, .document)), ("parallel_tool_calls", .flag),
            ("response_format", schemaOfAnswer), ("stream_options", .nullable(.object([("include_usage", .flag)]))),
            ("logprobs", .flag), ("top_logprobs", .count), ("reasoning_effort", .text),
            ("chat_template_kwargs", .document),
        ],
        required: ["messages"]
    )

    private static let ranking: APISchema = .object(
        [
            model, ("query", .text), ("documents", .list(.either(.text, .document))), ("texts", .list(.text)),
            ("top_n", .integer), ("return_documents", .flag),
        ],
        required: ["query"]
    )

    /// The resources whose shapes have names.
    private static let resources: [(String, APISchema)] = [
        named(ModelResource.self), named(ModelDetails.self), named(ModelListResource.self),
        named(SuggestedModelsResource.self), named(SuggestedModelResource.self), named(ActivityResource.self),
        named(DeviceResource.self), named(RunningRequestResource.self), named(EndedRequestResource.self),
    ].compactMap(\.self)

    private static func named<Resource: APIResource>(_ type: Resource.Type) -> (String, APISchema)? {
        type.component.map { ($0, type.shape) }
    }

    static let components: [(String, APISchema)] =
        [
            ("Chat", chat), ("Completion", completion), ("Ranking", ranking),
            (
                "Error",
                .object(
                    [
                        (
                            "error",
                            .object(
                                [
                                    ("code", .integer.described("The HTTP status.")),
                                    ("message", .text.described("What is wrong, and what to do.")), ("type", .text),
                                ],
                                required: ["message", "type"]
                            )
                        )
                    ],
                    required: ["error"]
                )
            ),
            (
                "AnthropicError",
                .object(
                    [
                        ("type", .words("error")),
                        ("error", .object([("type", .text), ("message", .text)], required: ["type", "message"])),
                    ],
                    required: ["type", "error"]
                )
            ),
            ("OllamaError", .object([("error", .text)], required: ["error"])),
            ("Success", .object([("success", .flag)], required: ["success"])),
            (
                "ChatMessage",
                .object(
                    [
                        ("role", .words("system", "developer", "user", "assistant", "tool", "function")),
                        ("content", .either(.text, .list(.document), .null)), ("name", .text),
                        ("tool_calls", .list(.document)), ("tool_call_id", .text), ("reasoning_content", .text),
                    ],
                    required: ["role"]
                )
            ),
            (
                "Usage",
                .object([
                    ("prompt_tokens", .count), ("completion_tokens", .count), ("total_tokens", .count),
                    ("prompt_tokens_details", .document),
                ])
            ),
        ] + resources
}
