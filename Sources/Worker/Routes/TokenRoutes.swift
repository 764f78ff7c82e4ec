// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import Wire

/// `/tokenize`, `/detokenize`, `/apply-template` and the counters of input tokens: what needs the vocabulary only.
struct TokenRoutes: Sendable {
    let state: ModelState

    func add(to routes: inout RouteTable) {
        routes.post("/tokenize", quickUse: tokenize)
        routes.post("/detokenize", quickUse: detokenize)
        routes.post("/apply-template") { request in
            let asked = try request.fields()
            let model = try state.get()
            let fields = try ChatRequest.canonical(asked, system: model.defaults.system)
            let media = try MediaFields(fields, model.abilities)
            let conversation = try ChatFields.conversation(media.fields, model: model)
            return Response(["prompt": .string(conversation.prompt)])
        }
        count("/chat/completions/input_tokens", "/v1/chat/completions/input_tokens", of: .chat, on: &routes)
        count("/responses/input_tokens", "/v1/responses/input_tokens", of: .responses, on: &routes)
        count("/v1/messages/count_tokens", of: .anthropic, on: &routes)
    }

    /// Counts the tokens of the prompt that a request of a dialect would make.
    private func count(_ paths: String..., of dialect: ChatDialect, on routes: inout RouteTable) {
        for path in paths {
            routes.post(path) { request in
                let converted = try dialect.read(request.fields())
                let model = try state.get()
                let fields = try ChatRequest.canonical(converted.chat, system: model.defaults.system)
                let media = try MediaFields(fields, model.abilities)
                let prompt = try ChatFields.conversation(media.fields, model: model).prompt
                let tokens = try await model.prompt(prompt, media.sources, in: "messages").tokens
                var answer = InputTokens()
                answer.count = tokens.count
                if dialect != .anthropic { answer.object = "response.input_tokens" }
                return Response(answer.json).warning(converted.warnings.sentences)
            }
        }
    }

    private func tokenize(_ request: Request) throws -> Response {
        let fields = try request.fields()
        let model = try state.get().engine.model
        // vLLM's names, which lm-evaluation-harness uses.
        let isOther = fields[\TokenizeMembers.content] == nil && fields[\TokenizeMembers.prompt] != nil
        let name = isOther ? "prompt" : "content"
        let addSpecial =
            try isOther
            ? fields[\TokenizeMembers.addsSpecialTokens] ?? true : fields[\TokenizeMembers.addsSpecial] ?? false
        let parseSpecial = try fields[\TokenizeMembers.parsesSpecial] ?? true
        let withPieces = try fields[\TokenizeMembers.withPieces] ?? false
        guard let content = fields[name] else { return Response(Tokens().json) }
        guard let text = content.string else { throw fields.wrongKind(name, "a string", content) }
        let tokens = try model.tokenize(text, addSpecial: addSpecial, parseSpecial: parseSpecial)
        var answer = Tokens()
        answer.tokens = tokens.map { token -> JSONValue in
            let id = JSONValue.integer(Int64(token))
            guard withPieces else { return id }
            let bytes = model.piece(token, special: true)
            // A piece that is no text is given as its bytes.
            let piece =
                String(validating: bytes, as: UTF8.self).map(JSONValue.string)
                ?? .array(bytes.map { .integer(Int64($0)) })
            return ["id": id, "piece": piece]
        }
        if isOther { answer.count = tokens.count }
        return Response(answer.json)
    }

    private func detokenize(_ request: Request) throws -> Response {
        let fields = try request.fields()
        let model = try state.get().engine.model
        guard let value = fields[\DetokenizeMembers.tokens] else { return Response(Detokenized().json) }
        guard let list = value.array else { throw fields.wrongKind("tokens", "an array of tokens", value) }
        var tokens: [Int32] = []
        for element in list { tokens.append(try PromptFields.token(element, model)) }
        return Response(Detokenized(model.detokenize(tokens)).json)
    }
}
