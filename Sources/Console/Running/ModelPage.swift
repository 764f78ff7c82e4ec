// SPDX-License-Identifier: MIT

package import Wire

/// What `show` says of a model.
package struct ModelPage {
    package let model: ModelFacts
    /// The answer of `GET /models/{id}`.
    package let entry: JSONValue
    package let preset: String?
    /// Columns; nil where nothing is cut.
    package let width: Int?
    package let style: Style
    /// Seconds since 1970.
    package let now: Double

    /// Lines of a template that are shown.
    private static let templateLines = 12

    package init(model: ModelFacts, entry: JSONValue, preset: String?, width: Int?, style: Style, now: Double) {
        self.model = model
        self.entry = entry
        self.preset = preset
        self.width = width
        self.style = style
        self.now = now
    }

    package var lines: [String] {
        var lines = [style(.bold, model.id)] + pairs(facts)
        if !model.log.isEmpty {
            lines += heading("Last lines of the log") + model.log.map { cut("  " + $0) }
        }
        let metadata = (entry["metadata"]?.members ?? []).map { (Printable.line($0.name), Self.text($0.value)) }
        if !metadata.isEmpty { lines += heading("Metadata") + pairs(metadata) }
        if let template = entry["chat_template"]?.string, !template.isEmpty {
            let all = Printable.text(template).split(separator: "\n", omittingEmptySubsequences: false)
            lines += heading("Chat template") + all.prefix(Self.templateLines).map { cut("  " + $0) }
            if all.count > Self.templateLines {
                lines.append(
                    style(
                        .dim,
                        "  … \(all.count - Self.templateLines) lines more: `enginehouse show \(model.id) --template`"
                    )
                )
            }
        }
        if let preset, !preset.isEmpty {
            lines += heading("Preset") + Printable.text(preset).split(separator: "\n").map { cut("  " + $0) }
        }
        return lines
    }

    private var facts: [(String, String)] {
        var result: [(String, String)] = []
        func add(_ name: String, _ value: String?) { if let value, !value.isEmpty { result.append((name, value)) } }
        let cell = ModelsCommand.status(model)
        add("status", cell.tone.map { style($0, cell.text) } ?? cell.text)
        add("reason", model.reason.map { style(.red, $0) })
        add("also called", model.aliases.filter { $0 != model.id }.joined(separator: ", "))
        add("architecture", model.architecture)
        add("parameters", model.parameters.map(Units.count))
        add("quantisation", model.quantization)
        add("size", model.bytes.map(Units.bytes))
        add("context", model.contextLength.map { "\($0) tokens" })
        add("input", model.inputs.joined(separator: ", "))
        add("memory", model.memory.flatMap { $0 > 0 ? Units.bytes($0) : nil })
        add("memory to load", Self.memory(entry["memory_estimate"]))
        add("a load now", Self.outlook(entry["memory_outlook"]))
        add("source", model.source)
        add("file", model.path)
        add("last used", model.lastUsed.map { Units.ago(now - $0) })
        add("leaves after", model.timeToLive.flatMap { $0 > 0 ? Units.span($0) + " without a request" : nil })
        if model.isPinned { add("pinned", "never makes room for others") }
        return result
    }

    /// What a load would mean now.
    private static func outlook(_ json: JSONValue?) -> String? {
        let names = (json?["leaving"]?.array ?? []).compactMap(\.string).map { Printable.line($0) }
        let leaving = names.isEmpty ? "" : "; for it \(names.joined(separator: ", ")) would leave"
        switch json?["outlook"]?.string {
        case "fits": return "fits beside what is loaded"
        case "evicts": return "would make room: \(names.joined(separator: ", ")) would leave"
        case "pinned": return "has no room beside pinned models"
        case "too_large": return "is larger than the device, and would be made to fit" + leaving
        default: return nil
        }
    }

    /// `1.2 GiB (measured)`: the bytes that a load takes, and how they are known.
    private static func memory(_ estimate: JSONValue?) -> String? {
        guard let bytes = estimate?["bytes"]?.double ?? estimate?.double else { return nil }
        let names = [("weights_bytes", "weights"), ("context_bytes", "context"), ("compute_bytes", "computing")]
        let parts = names.compactMap { name, word in
            estimate?[name]?.double.flatMap { $0 > 0 ? "\(word) \(Units.bytes($0))" : nil }
        }
        let bases = ["loaded": "as loaded last", "dry": "measured"]
        let basis = estimate?["basis"]?.string.flatMap { bases[$0] }.map { [$0] } ?? []
        let devices = (estimate?["devices"]?.array ?? []).compactMap { device -> String? in
            guard let name = device["name"]?.string, let bytes = device["bytes"]?.double, bytes > 0 else { return nil }
            return "\(Printable.line(name)) \(Units.bytes(bytes))"
        }
        // One device alone is the sum.
        let notes = basis + parts + (devices.count > 1 ? ["on " + devices.joined(separator: " and ")] : [])
        return Units.bytes(bytes) + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }

    private static func text(_ value: JSONValue) -> String {
        // A long array is told by its first elements.
        if let type = value["type"]?.string, let length = value["length"]?.integer, let first = value["first"]?.array {
            return Printable.line(
                "\(length) × \(type): " + first.map { $0.string ?? $0.text }.joined(separator: ", ") + ", …"
            )
        }
        return Printable.line(value.string ?? value.text)
    }

    private func heading(_ title: String) -> [String] { ["", style(.bold, title)] }

    private func pairs(_ pairs: [(String, String)]) -> [String] {
        let columns = min(40, pairs.reduce(0) { max($0, DisplayWidth.of($1.0)) })
        return pairs.map { name, value in
            let label = "  " + style(.dim, DisplayWidth.pad(name, to: columns)) + "  "
            // Text with colours is short.
            guard let width, !value.contains("\u{1B}") else { return label + value }
            return label + DisplayWidth.cut(value, to: max(8, width - max(columns, DisplayWidth.of(name)) - 4))
        }
    }

    private func cut(_ line: String) -> String { width.map { DisplayWidth.cut(line, to: $0) } ?? line }
}
