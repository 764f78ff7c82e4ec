// SPDX-License-Identifier: MIT

package import Wire

/// What a worker tells of its model, in llama-server's words: `GET /props?model=…`.
package struct PropertiesResource: APIResource {
    /// What requests that don't say otherwise get.
    package struct Defaults: APIResource {
        package var settings = GenerationSettings()
        /// Tokens.
        package var contextSize = 0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("params", \.settings), .always("n_ctx", \.contextSize, .count),
        ]
    }

    /// What the model takes beside texts.
    package struct Modalities: APIResource {
        package var vision = false
        package var video = false
        package var audio = false

        package init() {}

        package init(vision: Bool, audio: Bool) {
            self.vision = vision
            self.audio = audio
        }

        package static let fields: [APIField<Self>] = [
            .usual("vision", \.vision), .usual("video", \.video), .usual("audio", \.audio),
        ]
    }

    /// What was changed so that the model fits, with `--fit`.
    package struct Fit: APIResource {
        package var fits = false
        /// Tokens: those that it has, and those that it would have without.
        package var context = 0
        package var wholeContext = 0
        /// nil where it is as asked for.
        package var gpuLayers: Int?
        package var overflowingLayers = 0
        package var message = ""

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("fits", \.fits), .always("n_ctx", \.context, .count),
            .always("n_ctx_whole", \.wholeContext, .count),
            .nullable("n_gpu_layers", \.gpuLayers), .usual("n_overflowing_layers", \.overflowingLayers, .count),
            .always("message", \.message),
        ]
    }

    package static let component: String? = "Properties"

    package var defaults = Defaults()
    package var slots = 0
    package var name = ""
    /// The quantisation.
    package var fileType = ""
    package var path = ""
    package var modalities = Modalities()
    /// What stands for a picture or a sound in a prompt.
    package var mediaMarker = ""
    /// Jinja.
    package var chatTemplate = ""
    /// What the template can do, as the engine says it.
    package var templateAbilities: JSONValue = .object([])
    package var begin = ""
    package var end = ""
    package var build = ""
    package var fit: Fit?
    package var showsSlots = false
    package var takesProperties = false
    package var showsMetrics = false
    /// The page, its settings and its proxy are the router's.
    package var hasPage = false
    package var pageSettings: JSONValue = .object([])
    package var hasProxy = false
    package var isSleeping = false

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("default_generation_settings", \.defaults), .usual("total_slots", \.slots, .count),
        .usual("model_alias", \.name), .usual("model_ftype", \.fileType), .usual("model_path", \.path),
        .usual("modalities", \.modalities), .usual("media_marker", \.mediaMarker),
        .usual("chat_template", \.chatTemplate), .usual("chat_template_caps", \.templateAbilities, .document),
        .usual("bos_token", \.begin), .usual("eos_token", \.end), .usual("build_info", \.build), .maybe("fit", \.fit),
        .usual("endpoint_slots", \.showsSlots), .usual("endpoint_props", \.takesProperties),
        .usual("endpoint_metrics", \.showsMetrics), .usual("ui", \.hasPage),
        .usual("ui_settings", \.pageSettings, .document), .usual("cors_proxy_enabled", \.hasProxy),
        .usual("is_sleeping", \.isSleeping),
    ]
}

/// What the router tells of itself: `GET /props`. The members of a model are there for llama-server's clients, and say nothing.
package struct RouterPropertiesResource: APIResource {
    package static let component: String? = "RouterProperties"

    package var role = "router"
    /// Models that may be loaded at a time; 0 for any number.
    package var maxModels = 0
    /// Whether a request loads its model.
    package var autoload = true
    package var name = "llama-server"
    package var path = "none"
    package var defaults: JSONValue = ["params": .object([]), "n_ctx": 0]
    package var pageSettings: JSONValue = .object([])
    package var build = ""
    package var hasProxy = false

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("role", \.role, .words("router")), .usual("max_instances", \.maxModels, .count),
        .usual("models_autoload", \.autoload), .usual("model_alias", \.name), .usual("model_path", \.path),
        .usual("default_generation_settings", \.defaults, .document), .usual("ui_settings", \.pageSettings, .document),
        .usual("build_info", \.build), .usual("cors_proxy_enabled", \.hasProxy),
    ]
}

/// A loaded model in figures: llama-server's `meta`.
package struct ModelMeta: APIResource {
    package static let component: String? = "ModelMeta"

    /// llama.cpp's number of its kind.
    package var vocabularyKind = 0
    package var vocabularySize = 0
    /// Tokens: those that it has room for, and those that it was trained on.
    package var contextSize = 0
    package var trainedContext = 0
    package var embeddingLength = 0
    package var parameters = 0
    /// Bytes.
    package var size = 0
    /// The quantisation.
    package var fileType = ""

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("vocab_type", \.vocabularyKind), .always("n_vocab", \.vocabularySize, .count),
        .always("n_ctx", \.contextSize, .count), .always("n_ctx_train", \.trainedContext, .count),
        .always("n_embd", \.embeddingLength, .count), .always("n_params", \.parameters, .count),
        .always("size", \.size, .count), .always("ftype", \.fileType),
    ]
}
