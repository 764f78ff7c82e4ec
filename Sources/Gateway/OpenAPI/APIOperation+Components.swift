// SPDX-License-Identifier: MIT

import API
import Wire

/// The shapes that several operations share.
extension APIOperation {
    /// The resources whose shapes have names.
    private static let resources: [(String, APISchema)] = [
        named(ModelResource.self), named(ModelDetails.self), named(ModelListResource.self),
        named(SuggestedModelsResource.self), named(SuggestedModelResource.self),
        named(ActivityResource.self),
        named(UsageResource.self), named(TimingsResource.self), named(PromptProgressResource.self),
        named(ChatCompletion.self), named(ChatChunk.self), named(TextCompletion.self), named(AnthropicMessage.self),
        named(ResponseResource.self), named(OllamaLine.self), named(OllamaEmbeddings.self), named(EmbeddingList.self),
        named(DeviceResource.self), named(RunningRequestResource.self), named(EndedRequestResource.self),
    ].compactMap(\.self)

    private static func named<Resource: APIResource>(_ type: Resource.Type) -> (String, APISchema)? {
        type.component.map { ($0, type.shape) }
    }

    static let components: [(String, APISchema)] =
        [
            ("Chat", ChatMembers.schema), ("Ranking", RankingMembers.schema),
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
            ("AnswerMessage", ChatCompletion.message), ("MessageDelta", ChatChunk.delta),
            ("ToolCall", ChatCompletion.call),
        ] + resources
}
