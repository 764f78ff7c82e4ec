// SPDX-License-Identifier: MIT

import CLlama

/// A model's chat templates.
///
/// `@unchecked Sendable`: the templates are never changed after they are parsed; rendering only reads them.
package final class ChatTemplates: @unchecked Sendable {
    let handle: OpaquePointer
    /// The template's Jinja text.
    package let source: String
    /// What the template can do, as a JSON object of booleans.
    package let capabilities: String
    /// What the model is asked for where it is to write down what is said, as a JSON object with `system` and `user`.
    package let transcription: String

    /// - Parameter replacement: a Jinja template, or the name of a built-in one, instead of the model's own.
    /// - Throws: `loadFailed` for a template that cannot be parsed.
    package init(_ model: Model, replacement: String?) throws(EngineError) {
        guard let made = eh_templates_create(model.handle, replacement) else {
            throw .last(.loadFailed, "the chat template cannot be used")
        }
        handle = made
        source = String(owned: eh_templates_source(made)) ?? ""
        capabilities = String(owned: eh_templates_capabilities(made)) ?? "{}"
        transcription = String(owned: eh_templates_transcription(made)) ?? "{}"
    }

    deinit {
        eh_templates_free(handle)
    }
}
