// SPDX-License-Identifier: MIT

package import Wire

/// The models that there are: `GET /models`.
package struct ModelListResource: APIResource {
    package static let component: String? = "ModelList"

    package var object = "list"
    package var data: [ModelResource] = []
    /// The same in the words of Ollama's clients, where there is one model that answers to every name.
    package var models: [JSONValue]?
    /// Why models may be missing.
    package var problem: String?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .maybe("models", \.models, .list(.document)), .always("object", \.object, .words("list")),
        .always("data", \.data),
        .maybe("problem", \.problem, .text.described("Why the list isn't whole.")),
    ]
}
