// SPDX-License-Identifier: MIT

import Catalogue
import GGUF
package import Wire

/// All that can be told of one model: the metadata of its file, its template and preset, and the memory that it needs.
package struct ModelInspection: Sendable {
    /// How many elements of an array are shown.
    private static let elements = 8
    /// The longest text that is shown, in characters.
    private static let textLimit = 2000
    private static let templateKey = "tokenizer.chat_template"

    /// `metadata`, `chat_template`, `preset` and `memory_estimate`, each null where it isn't known.
    package let members: [JSONValue.Member]

    /// Reads the model's file.
    /// - Parameter outlook: what a load of it would mean now.
    package init(_ status: ModelStatus, outlook: LoadOutlook) {
        let entry = status.entry
        var limits = GGUFLimits()
        // Enough for a number for each layer, which the estimate of memory needs.
        limits.arrayElements = 1024
        let header = entry.path.isEmpty ? nil : try? GGUFHeader(path: entry.path, limits: limits)
        let template = header?.text(Self.templateKey) ?? entry.info?.chatTemplate
        let estimate = MemoryEstimate(status, info: header.map(GGUFModelInfo.init(header:)) ?? entry.info)
        members = [
            .init("metadata", header.map(Self.metadata) ?? .null),
            .init("chat_template", template.map(JSONValue.string) ?? .null),
            .init("preset", .string(entry.preset)),
            .init("memory_estimate", estimate?.json ?? .null),
            .init("memory_outlook", outlook.json),
        ]
    }

    /// The metadata, sorted by key, long texts and arrays cut; without the template, which stands by itself.
    private static func metadata(_ header: GGUFHeader) -> JSONValue {
        let pairs = header.metadata.filter { $0.key != templateKey }.sorted { $0.key < $1.key }
        return .object(pairs.map { .init($0.key, json($0.value)) })
    }

    private static func json(_ value: GGUFValue) -> JSONValue {
        switch value {
        case .unsigned(let value): Int64(exactly: value).map(JSONValue.integer) ?? .number(Double(value))
        case .signed(let value): .integer(value)
        // JSON has no words for what is no number.
        case .float(let value): value.isFinite ? .number(value) : .string("\(value)")
        case .bool(let value): .bool(value)
        case .string(let text): .string(text.count > textLimit ? text.prefix(textLimit) + "…" : text)
        case .skippedString(let count): ["length": .integer(Int64(clamping: count))]
        case .array(let type, let count, let first) where count > UInt64(min(first.count, elements)):
            [
                "type": .string("\(type)"), "length": .integer(Int64(clamping: count)),
                "first": .array(first.prefix(elements).map(json)),
            ]
        case .array(_, _, let first): .array(first.map(json))
        }
    }
}
