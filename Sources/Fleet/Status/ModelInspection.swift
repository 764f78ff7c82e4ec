// SPDX-License-Identifier: MIT

import Catalogue
import GGUF
package import Wire

/// All that can be told of one model: the metadata of its file, its template and preset, and the memory that it needs.
package struct ModelInspection: Sendable {
    /// How much of an array, in elements, and of a text is shown.
    private static let style = MetadataStyle.cut(elements: 8, characters: 2000)

    /// The metadata of its file, with long values cut; nil where it can't be read.
    package let metadata: JSONValue?
    /// Jinja; nil where the file has none.
    package let template: String?
    /// The model's section of a preset file.
    package let preset: String
    package let estimate: MemoryEstimate?
    package let outlook: LoadOutlook

    /// Reads the model's file.
    /// - Parameter outlook: what a load of it would mean now.
    package init(_ status: ModelStatus, outlook: LoadOutlook) {
        let entry = status.entry
        var limits = GGUFLimits()
        // Enough for a number for each layer, which the estimate of memory needs.
        limits.arrayElements = 1024
        let header = entry.path.isEmpty ? nil : try? GGUFHeader(path: entry.path, limits: limits)
        metadata = header.map { .object($0.members(Self.style)) }
        template = header?.text(GGUFHeader.templateKey) ?? entry.info?.chatTemplate
        preset = entry.preset
        estimate = MemoryEstimate(status, info: header.map(GGUFModelInfo.init(header:)) ?? entry.info)
        self.outlook = outlook
    }
}
