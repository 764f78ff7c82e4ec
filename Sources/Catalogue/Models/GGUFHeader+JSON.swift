// SPDX-License-Identifier: MIT

package import GGUF
package import Wire

/// How much of a file's metadata is shown.
package enum MetadataStyle: Sendable {
    /// Long texts and arrays are cut, and say how long they are.
    case cut(elements: Int, characters: Int)
    /// Arrays stand as they are where all of them was read, else as null.
    case whole
    /// Arrays are null.
    case withoutArrays
}

extension GGUFHeader {
    /// The key of the template, which is shown by itself.
    package static let templateKey = "tokenizer.chat_template"

    /// The metadata, sorted by key, without the template.
    package func members(_ style: MetadataStyle) -> [JSONValue.Member] {
        metadata.filter { $0.key != Self.templateKey }.sorted { $0.key < $1.key }
            .map { .init($0.key, Self.json($0.value, style)) }
    }

    private static func json(_ value: GGUFValue, _ style: MetadataStyle) -> JSONValue {
        switch value {
        case .unsigned(let value): return Int64(exactly: value).map(JSONValue.integer) ?? .number(Double(value))
        case .signed(let value): return .integer(value)
        case .float(let value) where value.isFinite: return .number(value)
        case .bool(let value): return .bool(value)
        default: break
        }
        guard case .cut(let elements, let characters) = style else {
            switch value {
            case .string(let text): return .string(text)
            case .array(_, let count, let first):
                guard case .whole = style, UInt64(first.count) == count else { return .null }
                return .array(first.map { json($0, style) })
            default: return .null
            }
        }
        switch value {
        // JSON has no words for what is no number.
        case .float(let value): return .string("\(value)")
        case .string(let text): return .string(text.count > characters ? text.prefix(characters) + "…" : text)
        case .skippedString(let count): return ["length": .integer(Int64(clamping: count))]
        case .array(let type, let count, let first) where count > UInt64(min(first.count, elements)):
            return [
                "type": .string("\(type)"), "length": .integer(Int64(clamping: count)),
                "first": .array(first.prefix(elements).map { json($0, style) }),
            ]
        case .array(_, _, let first): return .array(first.map { json($0, style) })
        default: return .null
        }
    }
}
