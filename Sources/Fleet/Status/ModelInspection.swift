// SPDX-License-Identifier: MIT

import Catalogue
import GGUF
package import Wire

/// All that can be told of one model: the metadata of its file, its template and preset, and the memory that it needs.
package struct ModelInspection: Sendable {
    /// How much of an array, in elements, and of a text is shown.
    private static let style = MetadataStyle.cut(elements: 8, characters: 2000)

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
        let template = header?.text(GGUFHeader.templateKey) ?? entry.info?.chatTemplate
        let estimate = MemoryEstimate(status, info: header.map(GGUFModelInfo.init(header:)) ?? entry.info)
        members = [
            .init("metadata", header.map { .object($0.members(Self.style)) } ?? .null),
            .init("chat_template", template.map(JSONValue.string) ?? .null),
            .init("preset", .string(entry.preset)),
            .init("memory_estimate", estimate?.json ?? .null),
            .init("memory_outlook", outlook.json),
        ]
    }
}
