// SPDX-License-Identifier: MIT

package import Wire

/// What Ollama's `details` say of a model. Source: Ollama's `api/types.go`.
package struct OllamaDetails: APIResource {
    package static let component: String? = "OllamaDetails"

    package var parent = ""
    package var format = "gguf"
    package var family = ""
    package var families: [String] = []
    /// As people write it: `3.2B`.
    package var parameterSize = ""
    package var quantization = ""
    /// Tokens.
    package var contextLength: Int?
    package var embeddingLength: Int?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .usual("parent_model", \.parent), .always("format", \.format, .words("gguf")), .usual("family", \.family),
        .usual("families", \.families), .usual("parameter_size", \.parameterSize),
        .usual("quantization_level", \.quantization), .maybe("context_length", \.contextLength, .count),
        .maybe("embedding_length", \.embeddingLength, .count),
    ]
}

/// A model of Ollama's list: an entry of `GET /api/tags`.
package struct OllamaModelEntry: APIResource {
    package static let component: String? = "OllamaModelEntry"

    /// With a tag.
    package var name = ""
    /// RFC 3339.
    package var modified = ""
    /// Bytes.
    package var size = 0
    package var digest = ""
    package var details = OllamaDetails()
    package var capabilities: [String] = []

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("name", \.name), .always("model", \.name), .always("modified_at", \.modified),
        .always("size", \.size, .count), .always("digest", \.digest), .always("details", \.details),
        .usual("capabilities", \.capabilities),
    ]
}

/// A model that is loaded: an entry of `GET /api/ps`.
package struct OllamaRunningModel: APIResource {
    package static let component: String? = "OllamaRunningModel"

    package var name = ""
    /// Bytes of memory, and those of them on devices.
    package var size = 0
    package var deviceSize = 0
    package var digest = ""
    package var details = OllamaDetails()
    /// When it leaves, RFC 3339.
    package var expires = ""
    /// Tokens.
    package var contextLength = 0

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("name", \.name), .always("model", \.name), .always("size", \.size, .count),
        .always("digest", \.digest), .always("details", \.details), .always("expires_at", \.expires),
        .always("size_vram", \.deviceSize, .count), .always("context_length", \.contextLength, .count),
    ]
}

/// All that Ollama tells of a model: `POST /api/show`.
package struct OllamaShownModel: APIResource {
    package static let component: String? = "OllamaShownModel"

    package var license: String?
    package var modelfile = ""
    /// Lines of a name and a value.
    package var parameters = ""
    /// Jinja.
    package var template = ""
    package var system: String?
    package var details = OllamaDetails()
    /// What its file's header says.
    package var info: JSONValue = .object([])
    package var projector: JSONValue?
    package var capabilities: [String] = []
    /// RFC 3339.
    package var modified = ""

    package init() {}

    package static let fields: [APIField<Self>] = [
        .maybe("license", \.license), .always("modelfile", \.modelfile), .always("parameters", \.parameters),
        .always("template", \.template), .maybe("system", \.system), .always("details", \.details),
        .always("model_info", \.info, .document), .maybe("projector_info", \.projector, .document),
        .always("capabilities", \.capabilities), .always("modified_at", \.modified),
    ]
}

/// A list of models in Ollama's words.
package struct OllamaModelList<Entry: APIResource>: APIResource {
    package var models: [Entry] = []

    package init() {}

    package init(_ models: [Entry]) { self.models = models }

    package static var fields: [APIField<Self>] { [.always("models", \.models)] }
}

/// How far a download or a new model is: a line of `POST /api/pull` and `POST /api/create`.
package struct OllamaStatusLine: APIResource {
    package static let component: String? = "OllamaStatusLine"

    package var status = ""
    /// What tells a file from others.
    package var digest: String?
    /// Bytes of the file, and those that are here.
    package var total: Int?
    package var completed: Int?
    /// What of the request isn't as it was asked for.
    package var warnings: [String]?

    package init() {}

    package init(_ status: String) { self.status = status }

    package static let success = OllamaStatusLine("success")

    package static let fields: [APIField<Self>] = [
        .always("status", \.status), .maybe("digest", \.digest), .maybe("total", \.total, .count),
        .maybe("completed", \.completed, .count), .maybe("warnings", \.warnings),
    ]
}
