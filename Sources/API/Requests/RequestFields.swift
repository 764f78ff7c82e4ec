// SPDX-License-Identifier: MIT

package import Wire

/// A request's JSON object, read field by field with types and ranges checked. Null counts as absent.
package struct RequestFields: Sendable {
    package let json: JSONValue

    /// - Throws: 400 for a body that is no JSON object.
    package init(body: RawSpan) throws(APIError) {
        do {
            json = try JSONValue(parsing: body)
        } catch {
            throw APIError(.invalidRequest, error.description)
        }
        guard case .object = json else {
            throw APIError(.invalidRequest, "the body must be a JSON object, not \(json.kind)")
        }
    }

    /// The fields of a JSON object.
    package init(_ json: JSONValue) {
        self.json = json
    }

    package subscript(name: String) -> JSONValue? {
        let value = json[name]
        if case .null = value { return nil }
        return value
    }

    package func string(_ name: String) throws(APIError) -> String? {
        guard let value = self[name] else { return nil }
        guard let string = value.string else { throw wrongKind(name, "a string", value) }
        return string
    }

    package func bool(_ name: String) throws(APIError) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let bool = value.bool else { throw wrongKind(name, "true or false", value) }
        return bool
    }

    /// A whole number of the first of these names that is there.
    package func integer(_ names: String..., in range: ClosedRange<Int>) throws(APIError) -> Int? {
        try integer(names, in: range)
    }

    func integer(_ names: [String], in range: ClosedRange<Int>) throws(APIError) -> Int? {
        for name in names {
            guard let value = self[name] else { continue }
            guard let integer = value.integer else { throw wrongKind(name, "a whole number", value) }
            guard let result = Int(exactly: integer), range.contains(result) else {
                throw outOfRange(name, "\(range.lowerBound)", "\(range.upperBound)", value)
            }
            return result
        }
        return nil
    }

    /// How many of something, of the first of these names that is there. More than the engine can count is as many as it
    /// can count: clients write very large numbers where they mean no limit.
    func count(_ names: [String], from lowest: Int) throws(APIError) -> Int? {
        guard let name = names.first(where: { self[$0] != nil }) else { return nil }
        if let number = self[name]?.double, number >= Double(Int32.max), number.isFinite { return Int(Int32.max) }
        return try integer([name], in: lowest...Int(Int32.max))
    }

    package func number(_ name: String, in range: ClosedRange<Double>) throws(APIError) -> Float? {
        guard let value = self[name] else { return nil }
        guard let number = value.double else { throw wrongKind(name, "a number", value) }
        guard range.contains(number) else {
            throw outOfRange(name, "\(range.lowerBound)", "\(range.upperBound)", value)
        }
        return Float(number)
    }

    /// A string or an array of strings.
    package func strings(_ name: String, atMost limit: Int) throws(APIError) -> [String]? {
        guard let value = self[name] else { return nil }
        if let single = value.string { return [single] }
        guard let values = value.array else { throw wrongKind(name, "a string or an array of strings", value) }
        guard values.count <= limit else {
            throw APIError(.invalidRequest, "'\(name)' has \(values.count) entries; \(limit) are allowed")
        }
        var result: [String] = []
        for element in values {
            guard let string = element.string else { throw wrongKind("\(name)[]", "a string", element) }
            result.append(string)
        }
        return result
    }

    /// An object's fields.
    package func object(_ name: String) throws(APIError) -> RequestFields? {
        guard let value = self[name] else { return nil }
        guard case .object = value else { throw wrongKind(name, "an object", value) }
        return RequestFields(value)
    }

    package func wrongKind(_ name: String, _ wanted: String, _ value: JSONValue) -> APIError {
        APIError(.invalidRequest, "'\(name)' must be \(wanted), not \(value.kind)")
    }

    private func outOfRange(_ name: String, _ lowest: String, _ highest: String, _ value: JSONValue) -> APIError {
        APIError(.invalidRequest, "'\(name)' must be between \(lowest) and \(highest), not \(value.text)")
    }
}
