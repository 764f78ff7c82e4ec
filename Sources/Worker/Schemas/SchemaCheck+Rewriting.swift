// SPDX-License-Identifier: MIT

import Wire

/// What answers must follow, in words that the engine doesn't pass over. It looks at a schema's keywords in this order, and
/// at nothing else once it found one.
extension SchemaCheck {
    /// Keywords that constrain nothing.
    private static let annotations: Set<String> = [
        "title", "description", "default", "examples", "example", "$schema", "$id", "id", "$comment", "$anchor",
        "deprecated",
        "readOnly", "writeOnly", "nullable", "$defs", "definitions", "format", "contentEncoding", "contentMediaType",
        "discriminator", "name", "strict",
    ]

    /// A schema in the engine's words.
    mutating func rewrite(_ node: SchemaNode, depth: Int) throws(APIError) -> JSONValue {
        var walked = SchemaNode([], path: node.path)
        // Others may refer to these, whatever becomes of the rest.
        for name in ["$defs", "definitions"] {
            guard let definitions = node[name] else { continue }
            walked.members += try walkChildren(SchemaNode([.init(name, definitions)], path: node.path), depth: depth)
        }
        var bare = node
        bare.remove("$defs", "definitions")
        let result = try rewriteBare(bare, depth: depth)
        guard !walked.members.isEmpty, case .object(let members) = result else { return result }
        return .object(members + walked.members)
    }

    private mutating func rewriteBare(_ node: SchemaNode, depth: Int) throws(APIError) -> JSONValue {
        for name in ["not", "if", "then", "else", "dependentSchemas", "dependentRequired", "dependencies"]
        where node.has(name) {
            try pass(over: name, of: node)
        }
        if let reference = node["$ref"] {
            try passOver(all: node, but: ["$ref", "type"])
            return ["$ref": reference]
        }
        if node.has("oneOf", "anyOf") { return try rewriteAlternatives(node, depth: depth) }
        if node.has("const", "enum") { return try rewriteValues(node) }
        if let types = node["type"]?.array {
            guard !types.isEmpty, types.count <= 7 else { throw node.problem("type", "must list one type or more") }
            var alternatives: [JSONValue] = []
            for type in types {
                var one = node
                one.set("type", type)
                alternatives.append(try walk(.object(one.members), at: node.path, depth: depth + 1))
            }
            return ["anyOf": .array(alternatives)]
        }
        if node.has("allOf") { return try rewriteAll(node, depth: depth) }
        if let type = node["type"], type.string == nil {
            throw node.problem("type", "must be a string or an array of strings, not \(type.kind)")
        }
        switch node.type {
        case "string": return try rewriteString(node)
        case "number": return try rewriteNumber(node)
        case "integer": return try rewriteInteger(node)
        case "array": return try rewriteArray(node, depth: depth)
        case "object": return try rewriteObject(node, depth: depth)
        case "boolean", "null": return ["type": node["type"] ?? .null]
        case nil:
            // Without a type, what is said of one kind of value says what kind is meant.
            if node.has("properties", "required", "additionalProperties", "patternProperties") {
                return try rewriteObject(node, depth: depth)
            }
            if node.has("items", "prefixItems") { return try rewriteArray(node, depth: depth) }
            if node.has("pattern", "minLength", "maxLength") { return try rewriteString(node) }
            try passOver(all: node, but: [])
            return .object(node.members.filter { $0.name == "format" })
        default: return .object(node.members)
        }
    }

    /// Passes over all keywords that constrain something, but some.
    private mutating func passOver(all node: SchemaNode, but names: Set<String>) throws(APIError) {
        for member in node.members where !names.contains(member.name) && !Self.annotations.contains(member.name) {
            try pass(over: member.name, of: node)
        }
    }

    // MARK: Combinations

    private mutating func rewriteAlternatives(_ node: SchemaNode, depth: Int) throws(APIError) -> JSONValue {
        let name = node.has("oneOf") ? "oneOf" : "anyOf"
        guard let list = node[name]?.array, !list.isEmpty else {
            throw node.problem(name, "must be an array of schemas")
        }
        // Alternatives that only say what is required beside the properties that stand here.
        let areRequirements = list.allSatisfy { ($0.members ?? []).allSatisfy { $0.name == "required" } }
        if areRequirements, node.has("properties") {
            try pass(over: name, of: node)
            var rest = node
            rest.remove("oneOf", "anyOf")
            return try rewriteBare(rest, depth: depth)
        }
        try passOver(all: node, but: [name, "type"])
        var alternatives: [JSONValue] = []
        for (index, one) in list.enumerated() {
            var one = one
            let saysItself = ["type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf"].contains { one[$0] != nil }
            if let type = node["type"], !saysItself, case .object(let members) = one {
                one = .object([.init("type", type)] + members)
            }
            alternatives.append(try walk(one, at: "\(node.path).\(name)[\(index)]", depth: depth + 1))
        }
        return ["anyOf": .array(alternatives)]
    }

    private mutating func rewriteAll(_ node: SchemaNode, depth: Int) throws(APIError) -> JSONValue {
        guard var list = node["allOf"]?.array, !list.isEmpty else {
            throw node.problem("allOf", "must be an array of schemas")
        }
        var rest = node
        rest.remove("allOf")
        if node.has("properties") {
            list.insert(.object(rest.members), at: 0)
        } else {
            try passOver(all: rest, but: ["type"])
        }
        // One alone is what it is.
        if list.count == 1 { return try walk(list[0], at: "\(node.path).allOf[0]", depth: depth + 1) }
        var walked: [JSONValue] = []
        for (index, one) in list.enumerated() {
            if !["$ref", "properties", "enum"].contains(where: { one[$0] != nil }) {
                ignored.append("\(node.path).allOf[\(index)]")
                guard use != .answer(isStrict: true) else {
                    throw node.problem(
                        "allOf[\(index)]",
                        "cannot be enforced: only objects with 'properties' can be combined"
                    )
                }
            }
            walked.append(try walk(one, at: "\(node.path).allOf[\(index)]", depth: depth + 1))
        }
        return ["allOf": .array(walked)]
    }

    // MARK: Values

    private mutating func rewriteValues(_ node: SchemaNode) throws(APIError) -> JSONValue {
        if node["const"]?.string != nil || node["enum"]?.array?.contains(where: { $0.string != nil }) == true {
            note(texts: ["const", "enum"], of: node)
        }
        if let value = node["const"] { return ["const": value] }
        guard let list = node["enum"]?.array, !list.isEmpty else {
            throw node.problem("enum", "must be an array with one value or more")
        }
        guard list.count >= SchemaLimits.longList else { return ["enum": .array(list)] }
        return part(of: node) { ValueList(list.map(\.text), name: $0).rules }
    }

    private mutating func rewriteString(_ node: SchemaNode) throws(APIError) -> JSONValue {
        let least = node["minLength"]?.integer ?? 0
        let most = node["maxLength"]?.integer
        note(texts: ["pattern", "minLength", "maxLength"], of: node)
        if let pattern = node["pattern"] {
            guard let text = pattern.string else {
                throw node.problem("pattern", "must be a string, not \(pattern.kind)")
            }
            let read: StringPattern
            do {
                read = try StringPattern(text)
            } catch {
                throw node.problem("pattern", "\(pattern.text) cannot be followed: it \(error)")
            }
            let lengths = read.lengths
            if least > lengths.least { try pass(over: "minLength", of: node) }
            if let most, most < Int64(lengths.most ?? .max) { try pass(over: "maxLength", of: node) }
            return part(["pattern"], of: node) { "\($0) ::= \(read.grammar)\n" }
        }
        guard least <= SchemaLimits.repetitions else {
            throw node.problem("minLength", "must be \(SchemaLimits.repetitions) at most, not \(least)")
        }
        var members: [JSONValue.Member] = [.init("type", "string")]
        if let format = node["format"], format.string != nil { members.append(.init("format", format)) }
        if least > 0 { members.append(.init("minLength", .integer(least))) }
        if let most {
            if most > SchemaLimits.repetitions {
                try pass(over: "maxLength", of: node)
            } else {
                members.append(.init("maxLength", .integer(most)))
            }
        }
        return .object(members)
    }

    private mutating func rewriteNumber(_ node: SchemaNode) throws(APIError) -> JSONValue {
        if node.has("multipleOf") { try pass(over: "multipleOf", of: node) }
        let (least, most) = node.bounds
        guard least != nil || most != nil else { return ["type": "number"] }
        let low = least.flatMap { NumberBound($0.value, isExclusive: $0.isExclusive) }
        let high = most.flatMap { NumberBound($0.value, isExclusive: $0.isExclusive) }
        guard (low == nil) == (least == nil), (high == nil) == (most == nil),
            let grammar = NumberRange(least: low, most: high).grammar
        else {
            for name in NumberBound.names where node.has(name) { try pass(over: name, of: node) }
            return ["type": "number"]
        }
        return part(NumberBound.names, of: node) { "\($0) ::= \(grammar)\n" }
    }

    private mutating func rewriteInteger(_ node: SchemaNode) throws(APIError) -> JSONValue {
        if let step = node["multipleOf"], step.double != 1 { try pass(over: "multipleOf", of: node) }
        let (least, most) = node.bounds
        let low = least.map { $0.isExclusive ? $0.value.rounded(.down) + 1 : $0.value.rounded(.up) }
        let high = most.map { $0.isExclusive ? $0.value.rounded(.up) - 1 : $0.value.rounded(.down) }
        // The engine counts in 64 bits, and numbers without a second bound in 16 digits.
        let limit = 4e18
        if let low, low > limit { throw node.problem("minimum", "must be less than \(limit)") }
        if let high, high < -limit { throw node.problem("maximum", "must be more than -\(limit)") }
        var from = low.flatMap { $0 < -limit ? nil : Int64($0) }
        var to = high.flatMap { $0 > limit ? nil : Int64($0) }
        if let from, from > 100_000_000_000_000, to == nil { to = Int64(limit) }
        if let to, to < -100_000_000_000_000, from == nil { from = -Int64(limit) }
        var members: [JSONValue.Member] = [.init("type", "integer")]
        if let from { members.append(.init("minimum", .integer(from))) }
        if let to { members.append(.init("maximum", .integer(to))) }
        return .object(members)
    }

    // MARK: Arrays and objects

    private mutating func rewriteArray(_ node: SchemaNode, depth: Int) throws(APIError) -> JSONValue {
        if node["uniqueItems"] == true { try pass(over: "uniqueItems", of: node) }
        for name in ["contains", "minContains", "maxContains"] where node.has(name) { try pass(over: name, of: node) }
        let least = node["minItems"]?.integer ?? 0
        let most = node["maxItems"]?.integer
        var members: [JSONValue.Member] = [.init("type", "array")]
        let key = node["items"]?.array != nil ? "items" : "prefixItems"
        if let list = node[key]?.array {
            if least > Int64(list.count) || most.map({ $0 < Int64(list.count) }) ?? false {
                throw node.problem(
                    key,
                    "lists \(list.count) items, and 'minItems' or 'maxItems' asks for another number"
                )
            }
            let kept = SchemaNode([.init(key, .array(list))], path: node.path)
            return .object(members + (try walkChildren(kept, depth: depth)))
        }
        guard least <= SchemaLimits.repetitions else {
            throw node.problem("minItems", "must be \(SchemaLimits.repetitions) at most, not \(least)")
        }
        if node["items"] == false {
            members.append(.init("maxItems", 0))
            members.append(.init("items", [:]))
            return .object(members)
        }
        if let items = node["items"] {
            members.append(.init("items", try walk(items, at: "\(node.path).items", depth: depth + 1)))
        }
        if least > 0 { members.append(.init("minItems", .integer(least))) }
        if let most {
            if most > SchemaLimits.repetitions {
                try pass(over: "maxItems", of: node)
            } else {
                members.append(.init("maxItems", .integer(most)))
            }
        }
        return .object(members)
    }

    private mutating func rewriteObject(_ node: SchemaNode, depth: Int) throws(APIError) -> JSONValue {
        for name in ["patternProperties", "propertyNames", "unevaluatedItems"] where node.has(name) {
            try pass(over: name, of: node)
        }
        var properties = node["properties"]?.members ?? []
        let required = (node["required"]?.array ?? []).compactMap(\.string)
        let missing = required.filter { name in !properties.contains { $0.name == name } }
        if let first = missing.first, node["additionalProperties"] == false {
            throw node.problem("required", "names '\(first)', which 'additionalProperties' forbids")
        }
        properties += missing.map { .init($0, [:]) }
        var isOpen = node["additionalProperties"].map { $0 != false } ?? !node.has("properties")
        if node["unevaluatedProperties"] == false, !node.has("additionalProperties") { isOpen = false }
        if let least = node["minProperties"]?.integer, least > Int64(Set(required).count) {
            try pass(over: "minProperties", of: node)
        }
        if let most = node["maxProperties"]?.integer, isOpen || most < Int64(properties.count) {
            try pass(over: "maxProperties", of: node)
        }
        var kept = SchemaNode([.init("type", "object")], path: node.path)
        if !properties.isEmpty || node.has("properties") { kept.set("properties", .object(properties)) }
        if !required.isEmpty { kept.set("required", .array(required.map { .string($0) })) }
        switch node["additionalProperties"] {
        case nil: if isOpen, !properties.isEmpty { kept.set("additionalProperties", true) }
        case let value?: kept.set("additionalProperties", value)
        }
        return .object(try walkChildren(kept, depth: depth))
    }
}
