// SPDX-License-Identifier: MIT

package import Wire

/// A chat completion: OpenAI's members and llama-server's.
package struct ChatMembers: RequestShape {
    package static let shape = ChatMembers()

    package let messages = RequestMember.value("messages", .list(.component("ChatMessage"))).required
    package let tools = RequestMember.value("tools", .list(.document), about: "Functions that the model may call.")
    package let toolChoice = RequestMember.value("tool_choice", .either(.text, .document))
    package let callsInParallel = RequestMember.flag("parallel_tool_calls")
    package let functions = RequestMember.value("functions", .list(.document), about: "What tools were before.")
    package let functionCall = RequestMember.value("function_call", .either(.text, .document))
    package let generation = GenerationMembers.shape
    package let hasProbabilities = RequestMember.flag("logprobs")
    package let topProbabilities = RequestMember.integer("top_logprobs", in: 0...1_000)
    package let nativeProbabilities = RequestMember.integer("n_probs", in: 0...1_000)
    package let reasoningFormat = RequestMember.text(
        "reasoning_format",
        shape: .words("auto", "none", "deepseek", "deepseek-legacy")
    )
    package let reasoningEffort = RequestMember.text("reasoning_effort", about: "`none` for no thoughts.")
    package let thinks = RequestMember.flag("enable_thinking")
    package let templateVariables = RequestMember.object("chat_template_kwargs")
    package let beginsAnswer = RequestMember.flag("add_generation_prompt")
    package let continuesAnswer = RequestMember.value(
        "continue_final_message",
        .either(.flag, .text),
        about: "Whether the last message is one of the assistant's to go on with."
    )
    package let echoes = RequestMember.flag("echo")
}
