// SPDX-License-Identifier: MIT

package import Wire

/// A request of OpenAI's Responses API. Nothing is kept, so what refers to earlier responses is refused.
/// Source: OpenAI's API reference, `POST /v1/responses`.
package struct ResponsesMembers: RequestShape {
    package static let shape = ResponsesMembers()

    package let model = GenerationMembers.shape.model
    package let input = RequestMember.value("input", .either(.text, .list(.document))).required
    package let instructions = RequestMember.text("instructions")
    package let streams = GenerationMembers.shape.streams
    package let maxTokens = RequestMember.value("max_output_tokens", .integer(from: -1))
    package let tools = RequestMember.value("tools", .list(.document))
    package let toolChoice = RequestMember.value("tool_choice", .either(.text, .document))
    package let text = RequestMember.object(
        "text",
        .object([("format", .document.orNull), ("verbosity", .text.orNull)])
    )
    package let reasoning = RequestMember.object(
        "reasoning",
        .object([("effort", .text.orNull), ("summary", .text.orNull), ("generate_summary", .text.orNull)])
    )
    package let include = RequestMember.value("include", .list(.text))
    package let hasProbabilities = RequestMember.flag("logprobs")
    package let topProbabilities = RequestMember.integer("top_logprobs", in: 0...1_000)
    package let temperature = SamplingMembers.shape.temperature
    package let topP = SamplingMembers.shape.topP
    package let stores = RequestMember.flag("store", about: "Without effect.")
    package let truncation = RequestMember.text("truncation", about: "`auto` has no effect.")
    package let contextManagement = RequestMember.value("context_management", .any, about: "Without effect.")
    package let moderation = RequestMember.value("moderation", .any, about: "Without effect.")
    package let earlier = RequestMember.text("previous_response_id", about: "Not supported.")
    package let conversation = RequestMember.value("conversation", .any, about: "Not supported.")
    package let background = RequestMember.flag("background", about: "Not supported.")
    package let prompt = RequestMember.value("prompt", .any, about: "Not supported.")

    /// What is said otherwise in a chat completion, or isn't there: all but what both have.
    package static let converted = names.subtracting(["model", "stream", "temperature", "top_p"])
}
