// SPDX-License-Identifier: MIT

/// A model of the hub to begin with.
package struct SuggestedModelResource: APIResource {
    package static let component: String? = "SuggestedModel"

    /// What `enginehouse pull` takes for it.
    package var name = ""
    /// What `POST /models` takes for it.
    package var model = ""
    /// Of its files.
    package var bytes = 0
    package var parameters = 0
    /// About what it takes while it is loaded.
    package var memory = 0
    package var task = ""
    package var purpose = ""
    /// Where it has room; nil where nothing is known of the machine's memory.
    package var fit: String?
    /// Whether it is among the few that suit this machine best.
    package var isPick = false

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("name", \.name, .text.described("What `enginehouse pull` takes for it.")),
        .always("model", \.model, .text.described("What `POST /models` takes for it.")),
        .always("bytes", \.bytes, .count), .always("parameters", \.parameters, .count),
        .always("memory_bytes", \.memory, .count), .always("task", \.task, .words("chat", "embedding", "ranking")),
        .always("purpose", \.purpose),
        .maybe("fit", \.fit, .words("gpu", "memory", "none").described("Where it has room.")),
        .always("pick", \.isPick, .flag.described("Whether it is among the few that suit this machine best.")),
    ]
}

/// The models of the hub to begin with: `GET /models/suggested`.
package struct SuggestedModelsResource: APIResource {
    package static let component: String? = "SuggestedModels"

    /// Those that suit this machine best first.
    package var data: [SuggestedModelResource] = []

    package init() {}

    package static let fields: [APIField<Self>] = [.always("data", \.data)]
}
