// SPDX-License-Identifier: MIT

import API
import Wire

/// The tools of a chat completion, and whether the model may or must call one.
struct ToolChoice: Sendable {
    /// What the model may do, in OpenAI's words.
    enum Mode: String, Sendable {
        case auto
        case none
        case required
    }

    /// The functions that the model is told of, each with a name, and a description, parameters and `strict` if it has such.
    private(set) var functions: [JSONValue] = []
    private(set) var mode = Mode.auto
    /// Whether they came as `functions`, which tools were before.
    let isOld: Bool

    /// - Throws: 400 naming the place: what can't be served is refused, and not left out.
    init(_ fields: RequestFields) throws(APIError) {
        let old = fields[\ChatMembers.functions].flatMap { $0 == [] ? nil : $0 }
        isOld = old != nil
        guard old == nil || fields[\ChatMembers.tools] == nil else {
            throw APIError(.invalidRequest, "'tools' and 'functions', their older form, cannot be used together")
        }
        functions = try Self.functions(fields, isOld ? "functions" : "tools")
        if let value = fields[isOld ? "function_call" : "tool_choice"] { try choose(value) }
        guard mode != .required || !functions.isEmpty else {
            throw APIError(.invalidRequest, "'tool_choice' asks for a call, but there are no 'tools'")
        }
    }

    /// The choice in the one form that the rest reads; empty without tools.
    var members: [JSONValue.Member] {
        guard !functions.isEmpty else { return [] }
        return [
            .init("tools", .array(functions.map { ["type": "function", "function": $0] })),
            .init("tool_choice", .string(mode.rawValue)),
        ]
    }

    // MARK: Functions

    private static func functions(_ fields: RequestFields, _ name: String) throws(APIError) -> [JSONValue] {
        guard let value = fields[name] else { return [] }
        guard let list = value.array else { throw fields.wrongKind(name, "an array", value) }
        var functions: [JSONValue] = []
        for (index, entry) in list.enumerated() {
            let place = "\(name)[\(index)]"
            guard case .object = entry else {
                throw APIError(.invalidRequest, "'\(place)' must be an object, not \(entry.kind)")
            }
            if name == "functions" {
                functions.append(try function(RequestFields(entry), place))
                continue
            }
            let tool = RequestFields(entry)
            if let type = tool["type"], type != "function" {
                throw APIError(
                    .invalidRequest,
                    "'\(place).type' is \(type.text); the only tools here are functions, which the client runs"
                )
            }
            guard let function = try tool.object("function", at: place) else {
                throw APIError(.invalidRequest, "'\(place).function' is missing")
            }
            functions.append(try self.function(function, "\(place).function"))
        }
        return functions
    }

    private static func function(_ function: RequestFields, _ place: String) throws(APIError) -> JSONValue {
        guard let name = function["name"]?.string, !name.isEmpty else {
            throw APIError(.invalidRequest, "'\(place).name' must be a string that isn't empty")
        }
        var members: [JSONValue.Member] = [.init("name", .string(name))]
        if let description = function["description"] {
            guard description.string != nil else {
                throw function.wrongKind("\(place).description", "a string", description)
            }
            members.append(.init("description", description))
        }
        if let parameters = try function.object("parameters", at: place) {
            members.append(.init("parameters", parameters.json))
        }
        if let strict = function["strict"] {
            guard let isStrict = strict.bool else {
                throw function.wrongKind("\(place).strict", "true or false", strict)
            }
            if isStrict { members.append(.init("strict", true)) }
        }
        return .object(members)
    }

    // MARK: The choice

    private mutating func choose(_ value: JSONValue) throws(APIError) {
        switch value {
        case .string(let word): mode = try Self.mode(word)
        case .object: try choose(RequestFields(value))
        default: throw RequestFields(.null).wrongKind("tool_choice", "a string or an object", value)
        }
    }

    private static func mode(_ word: String) throws(APIError) -> Mode {
        // Mistral says any.
        if word == "any" { return .required }
        guard let mode = Mode(rawValue: word) else {
            throw APIError(.invalidRequest, "'tool_choice' must be auto, none, required or a function, not '\(word)'")
        }
        return mode
    }

    private mutating func choose(_ choice: RequestFields) throws(APIError) {
        switch choice["type"] {
        case nil, "function":
            // The Responses API has the name beside the type, the old form has nothing else.
            let name = isOld || choice["function"] == nil ? choice["name"] : choice["function"]?["name"]
            guard let name = name?.string else {
                throw APIError(.invalidRequest, "'tool_choice.function.name' is missing")
            }
            // The one that must be called is the only one that there is to call.
            try keep([name])
            mode = .required
        case "allowed_tools":
            let allowed = try choice.object("allowed_tools", at: "tool_choice") ?? choice
            guard let list = allowed["tools"]?.array else {
                throw APIError(.invalidRequest, "'tool_choice.allowed_tools.tools' must be an array of functions")
            }
            var names: [String] = []
            for (index, tool) in list.enumerated() {
                guard let name = tool["function"]?["name"]?.string ?? tool["name"]?.string else {
                    let place = "tool_choice.allowed_tools.tools[\(index)]"
                    throw APIError(
                        .invalidRequest,
                        "'\(place)' must be {\"type\": \"function\", \"function\": {\"name\": …}}"
                    )
                }
                names.append(name)
            }
            try keep(names)
            mode = try Self.mode(try allowed.string("mode") ?? "auto")
        case .string(let word): mode = try Self.mode(word)
        case let other?: throw choice.wrongKind("tool_choice.type", "a string", other)
        }
    }

    private mutating func keep(_ names: [String]) throws(APIError) {
        for name in names where !functions.contains(where: { $0["name"]?.string == name }) {
            throw APIError(.invalidRequest, "'tool_choice' names '\(name)', which is not among 'tools'")
        }
        functions = functions.filter { function in names.contains { function["name"]?.string == $0 } }
    }
}
