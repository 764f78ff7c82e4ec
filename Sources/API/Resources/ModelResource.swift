// SPDX-License-Identifier: MIT

package import Wire

/// One model, as `GET /models` lists it: llama-server's members, and `details`, `gguf`, and some of `status`, which are ours.
package struct ModelResource: APIResource {
    /// What a model takes in and gives out.
    package struct Architecture: APIResource {
        package var inputs: [String] = []
        package var outputs: [String] = []

        package init() {}

        package static let fields: [APIField<Self>] = [
            .usual("input_modalities", \.inputs), .usual("output_modalities", \.outputs),
        ]
    }

    package static let component: String? = "Model"

    package var id = ""
    package var aliases: [String] = []
    package var tags: [String] = []
    package var object = "model"
    package var owner = "llamacpp"
    /// Seconds since 1970 when it was listed.
    package var created = 0
    package var status = ModelStateResource()
    package var architecture = Architecture()
    /// What it is good for in Ollama's words.
    package var capabilities: [String] = []
    package var source = ""
    package var canRemove = false
    package var details = ModelDetails()
    /// nil for a file that can't be read.
    package var header: ModelHeader?
    /// What its worker says of it, in llama-server's words; nil unless it is loaded.
    package var meta: ModelMeta?
    /// Whose other name `id` is, where it is one.
    package var aliasOf: String?
    /// What else its worker says.
    package var more: [JSONValue.Member] = []

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id, .name), .usual("aliases", \.aliases), .usual("tags", \.tags),
        .always("object", \.object, .words("model")), .always("owned_by", \.owner), .always("created", \.created),
        .usual("status", \.status), .usual("architecture", \.architecture), .usual("capabilities", \.capabilities),
        .usual("source", \.source), .usual("can_remove", \.canRemove), .usual("details", \.details),
        .maybe("gguf", \.header), .maybe("meta", \.meta), .maybe("alias_of", \.aliasOf),
    ]

    package var json: JSONValue {
        let members = members
        return .object(members + more.filter { other in !members.contains { $0.name == other.name } })
    }
}
