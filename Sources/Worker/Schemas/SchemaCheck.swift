// SPDX-License-Identifier: MIT

package import Wire

/// Looks at a JSON schema before the engine does: whether it contradicts itself, how large it is, and which of its keywords
/// the engine would pass over.
///
/// The engine's converter trusts what it reads. Bounds that exclude each other make it count until memory runs out, and
/// keywords that it doesn't know leave a weaker constraint. So a schema for an answer is enforced, here if not there,
/// or refused by name. Tools' schemas are taken as they are: agents send wild ones, and the model was told all of them.
package struct SchemaCheck {
    /// What a schema is for.
    package enum Use: Sendable, Equatable {
        /// The answer follows it.
        /// - Parameter isStrict: whether a keyword that can't be enforced is an error.
        case answer(isStrict: Bool)
        /// It describes a tool's arguments.
        case tool
    }

    let use: Use
    /// Begins constants that stand in no schema of this request.
    let mark: String
    var schemas = 0
    var values = 0
    var parts: [CheckedSchema.Part] = []
    var ignored: [String] = []
    var translated: [String] = []
    var texts: [String] = []
    var references: Set<String> = []

    private init(_ use: Use, mark: String) {
        self.use = use
        self.mark = mark
    }

    /// Checks a schema.
    /// - Parameter path: where it stands in the request, for errors.
    /// - Throws: 400 naming the place.
    package static func check(_ schema: JSONValue, at path: String, for use: Use) throws(APIError) -> CheckedSchema {
        var mark = "eh"
        if use != .tool {
            let text = schema.text
            while text.contains("\"\(mark)-") { mark += "h" }
        }
        var check = SchemaCheck(use, mark: mark)
        let json = try check.walk(schema, at: path, depth: 0)
        try SchemaReferences.check(check.references, in: schema, at: path)
        return CheckedSchema(
            json: json,
            parts: check.parts,
            ignored: check.ignored,
            translated: check.translated,
            texts: check.texts
        )
    }

    /// Checks what tools declare.
    /// - Parameter tools: as chat completions have them.
    static func check(tools: JSONValue?) throws(APIError) {
        for (index, tool) in (tools?.array ?? []).enumerated() {
            guard let schema = tool["function"]?["parameters"], case .object = schema else { continue }
            _ = try check(schema, at: "tools[\(index)].function.parameters", for: .tool)
        }
    }

    var isAnswer: Bool { use != .tool }

    // MARK: The walk

    /// Checks a schema and all in it.
    /// - Returns: the schema to use in its place.
    mutating func walk(_ schema: JSONValue, at path: String, depth: Int) throws(APIError) -> JSONValue {
        schemas += 1
        guard schemas <= SchemaLimits.schemas else {
            throw APIError(
                .invalidRequest,
                "the JSON schema is too large: it consists of more than \(SchemaLimits.schemas) schemas"
            )
        }
        guard depth <= SchemaLimits.depth else {
            throw APIError(.invalidRequest, "'\(path)' is nested deeper than \(SchemaLimits.depth) schemas")
        }
        switch schema {
        case .object(let members):
            let node = SchemaNode(members, path: path)
            try node.checkBounds()
            try count(node)
            if let reference = node["$ref"]?.string { references.insert(reference) }
            guard isAnswer else {
                _ = try walkChildren(node, depth: depth)
                return schema
            }
            return try rewrite(node, depth: depth)
        case .bool(true) where isAnswer: return [:]
        case .bool(false) where isAnswer: throw APIError(.invalidRequest, "'\(path)' is false, which allows nothing")
        default:
            guard isAnswer else { return schema }
            throw APIError(.invalidRequest, "'\(path)' must be a schema, an object, not \(schema.kind)")
        }
    }

    /// Checks the schemas in a schema.
    /// - Returns: its members, with what is to be used of them.
    mutating func walkChildren(_ node: SchemaNode, depth: Int) throws(APIError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        for member in node.members {
            let place = "\(node.path).\(member.name)"
            var value = member.value
            switch (member.name, value) {
            case ("properties", .object(let inner)), ("$defs", .object(let inner)), ("definitions", .object(let inner)),
                ("patternProperties", .object(let inner)):
                var walked: [JSONValue.Member] = []
                for one in inner {
                    walked.append(.init(one.name, try walk(one.value, at: "\(place).\(one.name)", depth: depth + 1)))
                }
                value = .object(walked)
            case ("anyOf", .array(let inner)), ("oneOf", .array(let inner)), ("allOf", .array(let inner)),
                ("prefixItems", .array(let inner)), ("items", .array(let inner)):
                var walked: [JSONValue] = []
                for (index, one) in inner.enumerated() {
                    walked.append(try walk(one, at: "\(place)[\(index)]", depth: depth + 1))
                }
                value = .array(walked)
            case ("items", .object), ("additionalProperties", .object), ("items", .bool(true)):
                value = try walk(value, at: place, depth: depth + 1)
            default: break
            }
            members.append(.init(member.name, value))
        }
        return members
    }

    private mutating func count(_ node: SchemaNode) throws(APIError) {
        // Each of several types makes the engine build all that is below once more.
        if !isAnswer, let types = node["type"]?.array, types.count > 1 {
            guard types.count <= 7 else { throw node.problem("type", "lists more types than there are") }
            for _ in 1..<types.count { _ = try walkChildren(node, depth: 0) }
        }
        guard let list = node["enum"]?.array else { return }
        values += list.count
        guard values <= SchemaLimits.values else {
            throw node.problem(
                "enum",
                "makes the schema too large: \(SchemaLimits.values) values are allowed in all lists"
            )
        }
    }

    // MARK: What the engine passes over

    /// Notes a keyword that nothing enforces.
    /// - Throws: 400 where that isn't allowed.
    mutating func pass(over name: String, of node: SchemaNode) throws(APIError) {
        guard use != .answer(isStrict: true) else {
            throw node.problem(
                name,
                "cannot be enforced; leave it out, or leave out 'strict' so that it may be ignored"
            )
        }
        ignored.append("\(node.path).\(name)")
    }

    /// Notes keywords that say what a text may be.
    mutating func note(texts names: [String], of node: SchemaNode) {
        for name in names where node.has(name) { texts.append("\(node.path).\(name)") }
    }

    /// A schema whose grammar is made here.
    /// - Parameter names: the keywords that the engine would pass over.
    mutating func part(_ names: [String] = [], of node: SchemaNode, _ rules: (_ name: String) -> String) -> JSONValue {
        for name in names where node.has(name) { translated.append("\(node.path).\(name)") }
        let constant = "\(mark)-\(parts.count)"
        let rule = "\(mark)-part-\(parts.count)"
        parts.append(.init(constant: constant, rule: rule, rules: rules(rule)))
        return ["const": .string(constant)]
    }
}
