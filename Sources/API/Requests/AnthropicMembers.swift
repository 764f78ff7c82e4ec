// SPDX-License-Identifier: MIT

package import Wire

/// A request of Anthropic's Messages API. llama-server's members are let through.
/// Source: Anthropic's API reference, `POST /v1/messages`.
package struct AnthropicMembers: RequestShape {
    package static let shape = AnthropicMembers()

    package let model = GenerationMembers.shape.model
    package let messages = RequestMember.value("messages", .list(.document)).required
    package let system = RequestMember.value("system", .either(.text, .list(.document)))
    package let maxTokens = RequestMember.value("max_tokens", .integer(from: -1))
    package let stops = RequestMember.value("stop_sequences", .list(.text))
    package let streams = GenerationMembers.shape.streams
    package let tools = RequestMember.value("tools", .list(.document))
    package let toolChoice = RequestMember.object(
        "tool_choice",
        .object(
            [("type", .words("auto", "any", "tool", "none")), ("name", .text), ("disable_parallel_tool_use", .flag)],
            required: ["type"]
        )
    )
    package let thinking = RequestMember.object(
        "thinking",
        .object(
            [
                ("type", .words("enabled", "disabled", "adaptive", "between_tools")),
                ("budget_tokens", .integer(in: 0...Int(Int32.max)).orNull), ("display", .text.orNull),
            ],
            required: ["type"]
        )
    )
    package let temperature = SamplingMembers.shape.temperature
    package let topP = SamplingMembers.shape.topP
    package let topK = SamplingMembers.shape.topK
    package let outputConfig = RequestMember.object(
        "output_config",
        .object([("effort", .text.orNull), ("format", .document.orNull)])
    )
    package let outputFormat = RequestMember.object("output_format", about: "What `output_config.format` was before.")
    package let metadata = RequestMember.value("metadata", .document)
    package let servers = RequestMember.value("mcp_servers", .list(.document), about: "Without effect.")
    package let container = RequestMember.value("container", .any, about: "Without effect.")
    package let contextManagement = RequestMember.value("context_management", .any, about: "Without effect.")

    /// What is said otherwise in a chat completion, or isn't there: all but what both have.
    package static let converted = names.subtracting(["model", "stream", "temperature", "top_p", "top_k"])
}
