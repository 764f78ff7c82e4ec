// SPDX-License-Identifier: MIT

package import Wire

/// A request to go on with a text: OpenAI's completions and llama-server's.
package struct CompletionMembers: RequestShape {
    package static let shape = CompletionMembers()

    package let generation = GenerationMembers.shape
    package let prompt = RequestMember.value("prompt", .any, about: "A text, tokens, or an array of such.")
    package let echoes = RequestMember.flag("echo", about: "Whether the prompt stands before the answer.")
    package let suffix = RequestMember.text("suffix", about: "What is to stand behind the answer.")
    package let probabilities = RequestMember.integer("n_probs", "logprobs", in: 0...1_000)
    package let shownFields = RequestMember.texts(
        "response_fields",
        atMost: 64,
        about: "The answer has these members only."
    )
}

/// A request for what stands between two texts.
package struct InfillMembers: RequestShape {
    package static let shape = InfillMembers()

    package let generation = GenerationMembers.shape
    package let prefix = RequestMember.text("input_prefix")
    package let suffix = RequestMember.text("input_suffix")
    package let begun = RequestMember.text("prompt", about: "The beginning of what is to be written.")
    package let chunks = RequestMember.value(
        "input_extra",
        .list(.object([("filename", .text), ("text", .text)])),
        about: "Parts of other files."
    )
}

/// A request for the tokens of a text.
package struct TokenizeMembers: RequestShape {
    package static let shape = TokenizeMembers()

    package let model = GenerationMembers.shape.model
    package let content = RequestMember.value("content", .text)
    package let prompt = RequestMember.value("prompt", .text, about: "vLLM's name for `content`.")
    package let addsSpecial = RequestMember.flag("add_special")
    package let addsSpecialTokens = RequestMember.flag("add_special_tokens", about: "With `prompt`; true by default.")
    package let parsesSpecial = RequestMember.flag("parse_special")
    package let withPieces = RequestMember.flag("with_pieces", about: "Whether each token comes with its text.")
}

/// A request for the text of tokens.
package struct DetokenizeMembers: RequestShape {
    package static let shape = DetokenizeMembers()

    package let model = GenerationMembers.shape.model
    package let tokens = RequestMember.value("tokens", .list(.integer))
}

/// A request that ends the thoughts of a chat.
package struct ControlMembers: RequestShape {
    package static let shape = ControlMembers()

    package let model = GenerationMembers.shape.model
    package let id = RequestMember.text("id", about: "That of the chat's answer.").required
    package let action = RequestMember.text("action", shape: .words("reasoning_end")).required
}

/// A request about what a slot holds.
package struct SlotMembers: RequestShape {
    package static let shape = SlotMembers()

    package let model = GenerationMembers.shape.model
    package let file = RequestMember.text("filename", about: "A file of `--slot-save-path`.")
}
