// SPDX-License-Identifier: MIT

import API
import Wire

/// Ollama's API (its `docs/api.md`).
extension APIOperation {
    private static let named: (String, APISchema) = (
        "model", .text.described("A model's name, with or without `:latest`.")
    )

    private static func use(_ path: String, _ summary: String, _ request: APISchema, _ answers: [Content])
        -> APIOperation
    {
        APIOperation(
            method: "POST",
            paths: [path],
            summary: summary,
            tag: "Ollama",
            answerer: .worker,
            body: [.json(request)],
            answers: [(200, answers)]
        )
    }

    private static func ask(
        _ method: String,
        _ path: String,
        _ summary: String,
        _ answers: [(status: Int, content: [Content])] = [],
        body members: [(String, APISchema)] = [],
        errors: [Int] = []
    ) -> APIOperation {
        APIOperation(
            method: method,
            paths: [path],
            summary: summary,
            tag: "Ollama",
            parameters: path.hasSuffix("{digest}") ? [.path("digest", "`sha256:…`")] : [],
            body: members.isEmpty ? [] : [.json(.object(members))],
            answers: answers,
            errors: errors
        )
    }

    static let ollama: [APIOperation] = [
        use(
            "/api/chat",
            "A chat",
            OllamaChatMembers.schema,
            [.lines, .json(OllamaLine.schema)]
        ),
        use(
            "/api/generate",
            "A text",
            OllamaGenerateMembers.schema,
            [.lines, .json(OllamaLine.schema)]
        ),
        use(
            "/api/embed",
            "Vectors of texts",
            OllamaEmbedMembers.schema,
            [.json(OllamaEmbeddings.schema)]
        ),
        use(
            "/api/embeddings",
            "A vector of a text",
            OllamaEmbeddingsMembers.schema,
            [.json(.object([("embedding", .list(.number))], required: ["embedding"]))]
        ),
        ask(
            "GET",
            "/api/version",
            "The version of Ollama whose API this is",
            [(200, [.json(.object([("version", .text)], required: ["version"]))])]
        ),
        ask(
            "GET",
            "/api/tags",
            "All models",
            [(200, [.json(OllamaModelList<OllamaModelEntry>.schema)])]
        ),
        ask(
            "GET",
            "/api/ps",
            "The models that are loaded",
            [(200, [.json(OllamaModelList<OllamaRunningModel>.schema)])]
        ),
        ask(
            "POST",
            "/api/show",
            "What a model is",
            [(200, [.json(OllamaShownModel.schema)])],
            body: [named, ("verbose", .flag)],
            errors: [404]
        ),
        ask(
            "POST",
            "/api/pull",
            "Downloads a model from the hub",
            [(200, [.lines, .json(OllamaStatusLine.schema)])],
            body: [named, ("stream", .flag)],
            errors: [404, 500, 501, 502]
        ),
        ask(
            "DELETE",
            "/api/delete",
            "Removes a model that was downloaded, or made",
            [(200, [])],
            body: [named],
            errors: [400, 404, 500]
        ),
        ask(
            "POST",
            "/api/create",
            "Makes a model of another one, or of files that were sent: a section of a preset file",
            [(200, [.lines, .json(OllamaStatusLine.schema)])],
            body: [
                ("model", .text.described("Its name.")), ("from", .text.described("A model's name.")),
                ("files", .document.described("Files' names and their digests: a GGUF model, and its projector.")),
                ("adapters", .document.described("LoRA adapters' names and their digests.")),
                ("system", .text.described("Instructions for conversations that have none.")),
                ("template", .text.described("A chat template, Jinja.")),
                ("parameters", .document.described("Defaults of its requests, such as `temperature` and `stop`.")),
                ("stream", .flag),
            ],
            errors: [400, 404, 500, 501]
        ),
        ask(
            "POST",
            "/api/copy",
            "Gives a model another name, with the same files and options",
            [(200, [])],
            body: [("source", .text), ("destination", .text)],
            errors: [400, 404, 500, 501]
        ),
        ask("POST", "/api/push", "Not here: there is no registry", body: [named], errors: [400, 501]),
        ask(
            "POST",
            "/api/blobs/{digest}",
            "Takes a file for a model that is to be made; the body is the file",
            [(200, []), (201, [])],
            errors: [400, 500, 501]
        ),
        ask("HEAD", "/api/blobs/{digest}", "Whether a file was sent", [(200, [])], errors: [400, 404]),
    ]
}
