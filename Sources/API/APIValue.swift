// SPDX-License-Identifier: MIT

package import Wire

/// What can stand in a resource: it is written, read and described in one place.
package protocol APIValue: Sendable {
    /// Its shape, as the API's document has it.
    static var schema: APISchema { get }
    var json: JSONValue { get }
    /// - Parameter place: where it stands, as in `status.log[2]`; empty for the outermost value.
    /// - Throws: `APIError` that names the place.
    init(json: JSONValue, at place: String) throws(APIError)
    /// Reads what another server says, older or not ours: nil for what it shouldn't be.
    init?(reading json: JSONValue)
}

extension APIValue {
    package init?(reading json: JSONValue) {
        guard let value = try? Self(json: json, at: "") else { return nil }
        self = value
    }
}

extension String: APIValue {
    package static var schema: APISchema { .text }
    package var json: JSONValue { .string(self) }

    package init(json: JSONValue, at place: String) throws(APIError) {
        guard let text = json.string else { throw .shape(place, "a string", json) }
        self = text
    }
}

extension Bool: APIValue {
    package static var schema: APISchema { .flag }
    package var json: JSONValue { .bool(self) }

    package init(json: JSONValue, at place: String) throws(APIError) {
        guard let flag = json.bool else { throw .shape(place, "a boolean", json) }
        self = flag
    }
}

extension Int: APIValue {
    package static var schema: APISchema { .integer }
    package var json: JSONValue { .integer(Int64(self)) }

    package init(json: JSONValue, at place: String) throws(APIError) {
        guard let number = json.integer else { throw .shape(place, "a whole number", json) }
        self = Int(clamping: number)
    }
}

extension Double: APIValue {
    package static var schema: APISchema { .number }
    package var json: JSONValue { .number(self) }

    package init(json: JSONValue, at place: String) throws(APIError) {
        guard let number = json.double else { throw .shape(place, "a number", json) }
        self = number
    }
}

/// What has no shape that is ours.
extension JSONValue: APIValue {
    package static var schema: APISchema { .any }
    package var json: JSONValue { self }
    package init(json: JSONValue, at place: String) { self = json }
}

extension Array: APIValue where Element: APIValue {
    package static var schema: APISchema { .list(Element.schema) }
    package var json: JSONValue { .array(map(\.json)) }

    package init(json: JSONValue, at place: String) throws(APIError) {
        guard let elements = json.array else { throw .shape(place, "an array", json) }
        self = []
        for (index, element) in elements.enumerated() {
            append(try Element(json: element, at: "\(place)[\(index)]"))
        }
    }

    /// Without the elements that are none.
    package init?(reading json: JSONValue) {
        guard let elements = json.array else { return nil }
        self = elements.compactMap(Element.init(reading:))
    }
}

/// An object whose members have any names.
extension Dictionary: APIValue where Key == String, Value: APIValue {
    package static var schema: APISchema { .map(Value.schema) }
    package var json: JSONValue { .object(sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) }) }

    package init(json: JSONValue, at place: String) throws(APIError) {
        guard let members = json.members else { throw .shape(place, "an object", json) }
        self = [:]
        for member in members {
            self[member.name] = try Value(
                json: member.value,
                at: place.isEmpty ? member.name : "\(place).\(member.name)"
            )
        }
    }
}

/// A word of a few.
package protocol APIWord: APIValue, RawRepresentable, CaseIterable where RawValue == String {}

extension APIWord {
    package static var schema: APISchema { .words(allCases.map(\.rawValue)) }
    package var json: JSONValue { .string(rawValue) }

    package init(json: JSONValue, at place: String) throws(APIError) {
        guard let word = json.string.flatMap(Self.init) else {
            throw .shape(place, "one of " + Self.allCases.map(\.rawValue).joined(separator: ", "), json)
        }
        self = word
    }
}

extension APIError {
    static func shape(_ place: String, _ wanted: String, _ found: JSONValue) -> APIError {
        APIError(.invalidRequest, "\(place.isEmpty ? "the value" : "'\(place)'") must be \(wanted), not \(found.kind)")
    }
}
