// SPDX-License-Identifier: MIT

import API
import Wire

/// What can be asked under a method and a path, as `docs/openapi.yaml` tells it.
struct APIOperation: Sendable {
    /// A part of the URI or of the header.
    struct Parameter: Sendable {
        enum Place: String, Sendable { case path, query, header }

        let name: String
        let place: Place
        let schema: APISchema
        let sentence: String
        var isRequired = false

        /// `?name=`.
        static func query(
            _ name: String,
            _ sentence: String,
            _ schema: APISchema = .text,
            required: Bool = false
        ) -> Parameter {
            Parameter(name: name, place: .query, schema: schema, sentence: sentence, isRequired: required)
        }

        /// `{name}` in the path.
        static func path(_ name: String, _ sentence: String) -> Parameter {
            Parameter(name: name, place: .path, schema: .name, sentence: sentence, isRequired: true)
        }

        static func header(_ name: String, _ sentence: String) -> Parameter {
            Parameter(name: name, place: .header, schema: .text, sentence: sentence)
        }

        var json: JSONValue {
            [
                "name": .string(name), "in": .string(place.rawValue), "required": .bool(isRequired),
                "description": .string(sentence), "schema": schema.json,
            ]
        }
    }

    /// What a message is made of: a media type and, for JSON, its shape.
    struct Content: Sendable {
        let type: String
        let schema: APISchema

        static func json(_ schema: APISchema) -> Content { Content(type: "application/json", schema: schema) }
        static func form(_ schema: APISchema) -> Content { Content(type: "multipart/form-data", schema: schema) }
        /// The shape is that of one event.
        static let events = Content(type: "text/event-stream", schema: .object([("event", .text), ("data", .text)]))
        /// The shape is that of one line.
        static let lines = Content(type: "application/x-ndjson", schema: .document)
        static let plain = Content(type: "text/plain", schema: .text)
        static let page = Content(type: "text/html", schema: .text)
        static let script = Content(type: "text/javascript", schema: .text)
        static let manifest = Content(type: "application/manifest+json", schema: .document)
        /// Of a type that the thing itself has.
        static let file = Content(type: "*/*", schema: .any)
    }

    /// The program that answers. The errors that are possible follow from it.
    enum Answerer: Sendable { case router, worker }

    let method: String
    /// Paths with one meaning, the usual one first; `{name}` for a part of any name.
    let paths: [String]
    let summary: String
    let tag: String
    var answerer = Answerer.router
    var parameters: [Parameter] = []
    var body: [Content] = []
    /// The answers that are no errors, by status.
    var answers: [(status: Int, content: [Content])] = []
    /// Statuses of errors beside those that every operation has.
    var errors: [Int] = []

    /// - Parameter path: the one of `paths` that the entry is for.
    func json(at path: String) -> JSONValue {
        let id =
            method.lowercased()
            + path.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }).map { "-" + $0 }.joined()
        var members: [JSONValue.Member] = [
            .init("operationId", .string(id)), .init("summary", .string(summary)), .init("tags", [.string(tag)]),
        ]
        if path != paths.first { members.append(.init("description", .string("The same as `\(paths.first ?? "")`."))) }
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters.map(\.json)))) }
        if !body.isEmpty {
            members.append(.init("requestBody", ["required": true, "content": Self.json(body)]))
        }
        members.append(.init("responses", responses))
        return .object(members)
    }

    private var responses: JSONValue {
        var members = answers.map { status, content in
            var answer: [JSONValue.Member] = [.init("description", .string(Self.meaning(of: status)))]
            if !content.isEmpty { answer.append(.init("content", Self.json(content))) }
            return JSONValue.Member(String(status), .object(answer))
        }
        members += errorStatuses.map { status in
            .init(String(status), ["$ref": .string("#/components/responses/\(errorShape)\(status)")])
        }
        return .object(members)
    }

    /// The statuses of errors, in order.
    private var errorStatuses: [Int] {
        // A key that is missing, a page that isn't let in, a server that is full; a body that is none.
        var statuses = Set(errors + [401, 403, 503])
        if !body.isEmpty { statuses.formUnion([400, 408, 413, 415]) }
        if answerer == .worker { statuses.formUnion([400, 404, 429, 500, 501, 502, 504]) }
        return statuses.sorted()
    }

    private var errorShape: String {
        switch Dialect(path: paths.first ?? "") {
        case .anthropic: "AnthropicError"
        case .ollama: "OllamaError"
        case .openAI, .responses: "Error"
        }
    }

    /// The answers that are errors, as components: by shape and status.
    static func errorAnswers(of operations: [APIOperation]) -> [JSONValue.Member] {
        let known = Set(
            operations.flatMap { operation in operation.errorStatuses.map { [operation.errorShape, "\($0)"] } }
        )
        return known.sorted { $0.joined() < $1.joined() }.map { parts in
            let status = Int(parts[1]) ?? 0
            return .init(
                parts.joined(),
                [
                    "description": .string(meaning(of: status)),
                    "content": ["application/json": ["schema": APISchema.component(parts[0]).json]],
                ]
            )
        }
    }

    private static func json(_ content: [Content]) -> JSONValue {
        .object(content.map { .init($0.type, ["schema": $0.schema.json]) })
    }

    private static func meaning(of status: Int) -> String {
        switch status {
        case 200: "What was asked for."
        case 201: "It was taken."
        case 204: "Done; there is nothing to say."
        case 304: "What the client has still holds."
        case 308: "It is at another place."
        case 400: "The request can't be understood or kept; the sentence says where and why."
        case 401: "The server has keys, and the request has none of them."
        case 403: "The page, host or feature isn't let in."
        case 404: "There is no such thing."
        case 408: "The body came too slowly."
        case 413: "The body is too long."
        case 415: "The body is packed in a way that isn't known."
        case 429: "Too many requests wait for the model."
        case 500: "It failed."
        case 501: "The model or the server isn't set up for it."
        case 502: "Another server can't be reached, or the worker was lost."
        case 503: "Not now: `Retry-After` says when."
        case 504: "It took too long."
        default: "Status \(status)."
        }
    }
}
