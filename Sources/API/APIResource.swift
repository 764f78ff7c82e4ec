// SPDX-License-Identifier: MIT

package import Wire

/// An object of the API. Its ``fields`` say all of it: they are how it is written, how it is read, and what the document says of it. Members that
/// no field names are let through when it is read.
package protocol APIResource: APIValue {
    /// Its name among the document's components; nil for one that is described where it stands.
    static var component: String? { get }
    static var fields: [APIField<Self>] { get }
    /// With what a member is that nothing says.
    init()
}

extension APIResource {
    package static var component: String? { nil }

    package static var schema: APISchema { component.map { .component($0) } ?? shape }

    /// Its shape, also where it has a name.
    package static var shape: APISchema {
        .object(fields.map { ($0.name, $0.schema) }, required: fields.filter(\.isWritten).map(\.name))
    }

    package var json: JSONValue { .object(members) }

    /// The members of what is written.
    package var members: [JSONValue.Member] {
        Self.fields.compactMap { field in field.write(self).map { JSONValue.Member(field.name, $0) } }
    }

    package init(json: JSONValue, at place: String = "") throws(APIError) {
        guard json.members != nil else { throw .shape(place, "an object", json) }
        self.init()
        for field in Self.fields { try field.read(json[field.name], &self, place) }
    }

    /// Reads what another server says, older or not ours: a member that isn't what it should be counts as missing.
    /// - Returns: nil for what is no object.
    package init?(reading json: JSONValue) {
        guard json.members != nil else { return nil }
        self.init()
        for field in Self.fields { if let member = json[field.name] { field.look(member, &self) } }
    }
}

/// A member of a resource.
package struct APIField<Resource: Sendable>: Sendable {
    package let name: String
    package let schema: APISchema
    /// Whether it is in every answer of ours, which is what the document says.
    package let isWritten: Bool
    /// Whether an object without it is none.
    let isRequired: Bool
    let write: @Sendable (Resource) -> JSONValue?
    let read: @Sendable (JSONValue?, inout Resource, String) throws(APIError) -> Void
    /// Reads it where it is what it should be.
    let look: @Sendable (JSONValue, inout Resource) -> Void

    /// A member that is always there.
    /// - Parameter schema: its shape, where its type doesn't say all.
    package static func always<Value: APIValue>(
        _ name: String,
        _ path: any WritableKeyPath<Resource, Value> & Sendable,
        _ schema: APISchema? = nil
    ) -> APIField {
        member(name, path, schema, isRequired: true)
    }

    /// A member that is always written; where it is missing, it is what ``APIResource/init()`` makes it.
    package static func usual<Value: APIValue>(
        _ name: String,
        _ path: any WritableKeyPath<Resource, Value> & Sendable,
        _ schema: APISchema? = nil
    ) -> APIField {
        member(name, path, schema, isRequired: false)
    }

    private static func member<Value: APIValue>(
        _ name: String,
        _ path: any WritableKeyPath<Resource, Value> & Sendable,
        _ schema: APISchema?,
        isRequired: Bool
    ) -> APIField {
        APIField(name: name, schema: schema ?? Value.schema, isWritten: true, isRequired: isRequired) {
            $0[keyPath: path].json
        } read: { json, resource, place throws(APIError) in
            let inner = inner(place, name)
            if let json, isRequired || json != .null {
                resource[keyPath: path] = try Value(json: json, at: inner)
            } else if isRequired {
                throw APIError(.invalidRequest, "'\(inner)' is missing")
            }
        } look: { json, resource in
            if let value = Value(reading: json) { resource[keyPath: path] = value }
        }
    }

    /// A member that is left out where there is nothing to say.
    package static func maybe<Value: APIValue>(
        _ name: String,
        _ path: any WritableKeyPath<Resource, Value?> & Sendable,
        _ schema: APISchema? = nil
    ) -> APIField {
        optional(name, path, schema ?? Value.schema, nothing: nil)
    }

    /// A member that is null where there is nothing to say.
    package static func nullable<Value: APIValue>(
        _ name: String,
        _ path: any WritableKeyPath<Resource, Value?> & Sendable,
        _ schema: APISchema? = nil
    ) -> APIField {
        optional(name, path, .nullable(schema ?? Value.schema), nothing: .null)
    }

    private static func optional<Value: APIValue>(
        _ name: String,
        _ path: any WritableKeyPath<Resource, Value?> & Sendable,
        _ schema: APISchema,
        nothing: JSONValue?
    ) -> APIField {
        APIField(name: name, schema: schema, isWritten: nothing != nil, isRequired: false) {
            $0[keyPath: path]?.json ?? nothing
        } read: { json, resource, place throws(APIError) in
            guard let json, json != .null else { return }
            resource[keyPath: path] = try Value(json: json, at: inner(place, name))
        } look: { json, resource in
            if let value = Value(reading: json) { resource[keyPath: path] = value }
        }
    }

    /// The same member, of an object that has this resource's members beside its own.
    package func of<Outer>(_ path: any WritableKeyPath<Outer, Resource> & Sendable) -> APIField<Outer> {
        let (write, read, look) = (write, read, look)
        return APIField<Outer>(name: name, schema: schema, isWritten: isWritten, isRequired: isRequired) {
            write($0[keyPath: path])
        } read: { json, outer, place throws(APIError) in
            try read(json, &outer[keyPath: path], place)
        } look: { json, outer in
            look(json, &outer[keyPath: path])
        }
    }

    private static func inner(_ place: String, _ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }
}
