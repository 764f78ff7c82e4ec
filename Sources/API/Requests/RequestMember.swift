// SPDX-License-Identifier: MIT

package import Wire

/// A member of a request: its name, what may stand there, and what it means. The worker reads requests by it, and the API's
/// document prints it, so that both say the same.
package struct RequestMember<Value: Sendable>: Sendable {
    /// The usual name first. Of the others, which are other servers' names for the same, the first that is there counts.
    package let names: [String]
    let shape: APISchema
    package private(set) var isRequired = false
    let read: @Sendable (RequestFields) throws(APIError) -> Value?

    private init(
        _ names: [String],
        _ shape: APISchema,
        _ sentence: String?,
        read: @escaping @Sendable (RequestFields) throws(APIError) -> Value?
    ) {
        self.names = names
        self.shape = sentence.map(shape.described) ?? shape
        self.read = read
    }

    /// The usual name.
    package var name: String { names[0] }

    /// The same, where a request without it is an error, which its reader words.
    package var required: RequestMember {
        var member = self
        member.isRequired = true
        return member
    }
}

extension RequestMember where Value == String {
    package static func text(_ names: String..., about sentence: String? = nil, shape: APISchema = .text)
        -> RequestMember
    {
        RequestMember(names, shape, sentence) { fields throws(APIError) in
            guard let name = names.first(where: { fields[$0] != nil }) else { return nil }
            return try fields.string(name)
        }
    }
}

extension RequestMember where Value == Bool {
    package static func flag(_ names: String..., about sentence: String? = nil) -> RequestMember {
        RequestMember(names, .flag, sentence) { fields throws(APIError) in
            guard let name = names.first(where: { fields[$0] != nil }) else { return nil }
            return try fields.bool(name)
        }
    }
}

extension RequestMember where Value == Int {
    /// A whole number in a range.
    package static func integer(_ names: String..., in range: ClosedRange<Int>, about sentence: String? = nil)
        -> RequestMember
    {
        RequestMember(names, .integer(in: range), sentence) { fields throws(APIError) in
            try fields.integer(names, in: range)
        }
    }

    /// How many of something. What is larger than the engine can count means all that it can count.
    package static func count(_ names: String..., from least: Int, about sentence: String? = nil) -> RequestMember {
        RequestMember(names, .integer(from: Int64(least)), sentence) { fields throws(APIError) in
            try fields.count(names, from: least)
        }
    }
}

extension RequestMember where Value == Float {
    /// A number in a range; any that the engine can hold where none is given.
    package static func number(_ name: String, in range: ClosedRange<Double>? = nil, about sentence: String? = nil)
        -> RequestMember
    {
        let huge = Double(Float.greatestFiniteMagnitude)
        return RequestMember([name], range.map(APISchema.number(in:)) ?? .number, sentence) { fields throws(APIError) in
            try fields.number(name, in: range ?? -huge...huge)
        }
    }
}

extension RequestMember where Value == [String] {
    /// A text, or an array of texts.
    package static func texts(_ name: String, atMost limit: Int, about sentence: String? = nil) -> RequestMember {
        RequestMember([name], .either(.text, .list(.text)), sentence) { fields throws(APIError) in
            try fields.strings(name, atMost: limit)
        }
    }
}

extension RequestMember where Value == RequestFields {
    /// An object, whose members its reader knows.
    package static func object(_ name: String, _ shape: APISchema = .document, about sentence: String? = nil)
        -> RequestMember
    {
        RequestMember([name], shape, sentence) { fields throws(APIError) in try fields.object(name) }
    }
}

extension RequestMember where Value == JSONValue {
    /// What its reader looks at for itself.
    package static func value(_ name: String, _ shape: APISchema, about sentence: String? = nil) -> RequestMember {
        RequestMember([name], shape, sentence) { fields throws(APIError) in fields[name] }
    }
}

/// A member as the API's document has it.
package protocol DescribedMember: Sendable {
    var names: [String] { get }
    /// Null is as good as absent.
    var schema: APISchema { get }
    var isRequired: Bool { get }
}

extension RequestMember: DescribedMember {
    package var schema: APISchema { isRequired ? shape : shape.orNull }
}

/// The members of a request, one property for each, or a property for the members of another request that it has as well.
/// A new member is a line in one of them.
package protocol RequestShape: Sendable {
    static var shape: Self { get }
}

extension RequestShape {
    /// All members, in the order in which they are declared.
    package static var members: [any DescribedMember] { members(of: shape) }

    private static func members(of shape: Any) -> [any DescribedMember] {
        Mirror(reflecting: shape).children.flatMap { child in
            if let member = child.value as? any DescribedMember { return [member] }
            return child.value is any RequestShape ? members(of: child.value) : []
        }
    }

    /// The names of all members, those of other servers too.
    package static var names: Set<String> { Set(members.flatMap(\.names)) }

    /// The request as the document has it.
    package static var schema: APISchema {
        let members = members
        return .object(
            members.flatMap { member in member.names.map { ($0, member.schema) } },
            required: members.filter { $0.isRequired && $0.names.count == 1 }.map { $0.names[0] }
        )
    }
}

extension RequestFields {
    /// The value of a member; nil for one that is absent or null.
    /// - Throws: 400 naming the member, for what it can't be.
    package subscript<Shape: RequestShape, Value>(member: KeyPath<Shape, RequestMember<Value>>) -> Value? {
        get throws(APIError) { try Shape.shape[keyPath: member].read(self) }
    }

    /// The value of a member that its reader looks at for itself.
    package subscript<Shape: RequestShape>(member: KeyPath<Shape, RequestMember<JSONValue>>) -> JSONValue? {
        self[Shape.shape[keyPath: member].name]
    }
}
