// SPDX-License-Identifier: MIT

import Engine
import Hummingbird
import Wire

/// `/tokenize`, `/detokenize` and `/apply-template`: what needs the vocabulary only.
struct TokenRoutes: Sendable {
    let state: ModelState

    func add(to router: Router<WorkerContext>) {
        router.post("/tokenize") { request, _ in
            try tokenize(try await RequestFields.read(request))
        }
        router.post("/detokenize") { request, _ in
            try detokenize(try await RequestFields.read(request))
        }
        router.post("/apply-template") { request, _ in
            let fields = try await RequestFields.read(request)
            let conversation = try ChatFields.conversation(fields, model: try state.get())
            return Response(["prompt": .string(conversation.prompt)])
        }
    }

    private func tokenize(_ fields: RequestFields) throws -> Response {
        let model = try state.get().engine.model
        let addSpecial = try fields.bool("add_special") ?? false
        let parseSpecial = try fields.bool("parse_special") ?? true
        let withPieces = try fields.bool("with_pieces") ?? false
        guard let content = fields["content"] else { return Response(["tokens": []]) }
        guard let text = content.string else { throw fields.wrongKind("content", "a string", content) }
        let tokens = try model.tokenize(text, addSpecial: addSpecial, parseSpecial: parseSpecial)
        let list = tokens.map { token -> JSONValue in
            let id = JSONValue.integer(Int64(token))
            guard withPieces else { return id }
            let bytes = model.piece(token, special: true)
            // A piece that is no text is given as its bytes.
            let piece =
                String(validating: bytes, as: UTF8.self).map(JSONValue.string)
                ?? .array(bytes.map { .integer(Int64($0)) })
            return ["id": id, "piece": piece]
        }
        return Response(["tokens": .array(list)])
    }

    private func detokenize(_ fields: RequestFields) throws -> Response {
        let model = try state.get().engine.model
        guard let value = fields["tokens"] else { return Response(["content": ""]) }
        guard let list = value.array else { throw fields.wrongKind("tokens", "an array of tokens", value) }
        var tokens: [Int32] = []
        for element in list { tokens.append(try PromptFields.token(element, model)) }
        return Response(["content": .string(model.detokenize(tokens))])
    }
}
