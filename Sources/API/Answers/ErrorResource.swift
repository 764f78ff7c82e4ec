// SPDX-License-Identifier: MIT

import Wire

/// An error in OpenAI's and llama-server's words. `APIError` writes it.
package struct ErrorResource: APIResource {
    package struct Problem: APIResource {
        /// The HTTP status.
        package var code: Int?
        /// What is wrong, and what to do.
        package var message = ""
        package var type = ""
        /// Tokens of the prompt and of the context, where the one doesn't fit into the other.
        package var promptTokens: Int?
        package var context: Int?

        package init() {}

        package static let fields: [APIField<Self>] = [
            .maybe("code", \.code, .integer.described("The HTTP status.")),
            .always("message", \.message, .text.described("What is wrong, and what to do.")), .always("type", \.type),
            .maybe("n_prompt_tokens", \.promptTokens), .maybe("n_ctx", \.context),
        ]
    }

    package static let component: String? = "Error"

    package var error = Problem()

    package init() {}

    package static let fields: [APIField<Self>] = [.always("error", \.error)]
}

/// An error in Anthropic's words.
package struct AnthropicErrorResource: APIResource {
    package static let component: String? = "AnthropicError"

    package var type = "error"
    package var error = ErrorResource.Problem()

    package init() {}

    package static let fields: [APIField<Self>] = [.always("type", \.type, .words("error")), .always("error", \.error)]
}

/// An error in Ollama's words.
package struct OllamaErrorResource: APIResource {
    package static let component: String? = "OllamaError"

    package var error = ""

    package init() {}

    package static let fields: [APIField<Self>] = [.always("error", \.error)]
}
