// SPDX-License-Identifier: MIT

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

    static let components: [(String, APISchema)] = [
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
            "Model",
            .object(
                [
                    ("id", .name), ("aliases", .list(.text)), ("alias_of", .text), ("tags", .list(.text)),
                    ("object", .words("model")), ("owned_by", .text), ("created", .integer),
                    (
                        "status",
                        .object(
                            [
                                (
                                    "value",
                                    .words("unloaded", "loading", "loaded", "sleeping", "downloading", "downloaded")
                                ),
                                ("args", .list(.text)), ("preset", .text), ("progress", .number), ("failed", .flag),
                                ("exit_code", .integer), ("reason", .text), ("log", .list(.text)),
                                ("retry_at", .integer),
                            ],
                            required: ["value"]
                        )
                    ),
                    (
                        "architecture",
                        .object([("input_modalities", .list(.text)), ("output_modalities", .list(.text))])
                    ), ("capabilities", .list(.text)), ("source", .text), ("can_remove", .flag),
                    ("details", .component("ModelDetails")), ("gguf", .document), ("meta", .document),
                ],
                required: ["id", "object", "created", "owned_by"]
            )
        ),
        (
            "ModelDetails",
            .object([
                ("bytes", .nullable(.count)), ("downloaded_bytes", .count), ("quantization", .nullable(.text)),
                ("parameters", .nullable(.count)), ("architecture", .nullable(.text)),
                ("context_length", .nullable(.count)), ("modalities", .list(.text)), ("source", .text),
                ("path", .nullable(.text)), ("repo", .nullable(.text)), ("last_used", .nullable(.number)),
                ("memory_bytes", .nullable(.count)), ("load_seconds", .nullable(.number)),
                ("context_size", .nullable(.count)), ("pinned", .flag), ("ttl", .nullable(.number)),
                ("in_flight", .count), ("waiting", .count), ("threads", .document), ("idle_seconds", .number),
                ("expires_at", .nullable(.number)),
            ])
        ),
        (
            "ModelList",
            .object(
                [
                    ("object", .words("list")), ("data", .list(.component("Model"))), ("models", .list(.document)),
                    ("problem", .text.described("Why the list isn't whole.")),
                ],
                required: ["object", "data"]
            )
        ),
        (
            "Activity",
            .object(
                [
                    ("now", .number), ("devices", .list(.component("Device"))),
                    ("requests", .list(.component("Request"))),
                    ("recent", .list(.component("Request"))),
                ],
                required: ["now", "devices", "requests", "recent"]
            )
        ),
        (
            "Device",
            .object(
                [
                    ("id", .text), ("name", .text), ("total_bytes", .count), ("free_bytes", .integer),
                    ("budget_bytes", .integer), ("models_bytes", .integer), ("other_bytes", .integer),
                    ("reserved_bytes", .integer),
                ],
                required: ["id", "name"]
            )
        ),
        (
            "Request",
            .object(
                [
                    ("id", .text), ("request_id", .text), ("model", .nullable(.text)), ("path", .text),
                    ("client", .nullable(.text)), ("user_agent", .nullable(.text)), ("started", .number),
                    ("tokens", .count), ("bytes", .count), ("stream", .nullable(.flag)),
                    ("queue_ms", .nullable(.number)),
                    ("load_ms", .nullable(.number)), ("first_byte_ms", .nullable(.number)), ("state", .text),
                    ("queue_position", .nullable(.count)), ("ended", .number), ("status", .nullable(.integer)),
                    ("outcome", .words("done", "failed", "cancelled")), ("total_ms", .nullable(.number)),
                    ("cached_tokens", .nullable(.count)), ("error", .text),
                ],
                required: ["id", "request_id", "path", "started"]
            )
        ),
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
    ]
}
