// SPDX-License-Identifier: MIT

package import API
package import Catalogue
import Essentials
import GGUF
import Wire

/// A model in Ollama's words. Source of the names: Ollama's `api/types.go`, `ModelDetails` and `types/model/capability.go`.
package struct OllamaFacts {
    let entry: ModelEntry

    package init(_ entry: ModelEntry) {
        self.entry = entry
    }

    /// The name that Ollama's clients show and send back. They want a tag, and some put `:latest` behind a name without one.
    package var name: String { entry.id.contains(":") ? entry.id : entry.id + ":latest" }

    package var details: OllamaDetails {
        var details = OllamaDetails()
        guard let info = entry.info else { return details }
        if let family = info.architecture {
            details.family = family
            details.families = [family]
        }
        details.parameterSize = Self.parameters(info.parameterCount)
        details.quantization = info.quantisation ?? ""
        details.contextLength = info.contextLength.map { Int(clamping: $0) }
        details.embeddingLength = info.embeddingLength.map { Int(clamping: $0) }
        return details
    }

    /// The template that the model is used with, as Jinja: its preset's, else its file's. Reads a file where the preset names
    /// one.
    package var template: String? {
        // A file that can't be read fails the load, which says so; a list goes on with what the model's file has.
        if let path = entry.options.chatTemplateFile,
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        {
            return text
        }
        // A word is the name of one that the engine has.
        if let text = entry.options.chatTemplate, text.contains("{") { return text }
        return entry.info?.chatTemplate
    }

    /// What the model can do, as far as its file says: clients offer tools, pictures and thoughts by it.
    /// - Parameters:
    ///   - template: Jinja.
    ///   - canInfill: whether the vocabulary has tokens for what stands between two texts.
    package func capabilities(_ template: String?, canInfill: Bool = false) -> [String] {
        var words: [String] = []
        switch entry.output {
        case .embeddings: words.append("embedding")
        // Ollama has no word for it.
        case .scores: break
        case .text:
            words.append("completion")
            let template = template ?? ""
            if template.contains("tools") { words.append("tools") }
            if canInfill { words.append("insert") }
            if entry.inputModalities.contains(.image) { words.append("vision") }
            if entry.inputModalities.contains(.audio) { words.append("audio") }
            let marks = ["enable_thinking", "<think>", "reasoning_content", "reasoning_effort", "thinking"]
            if marks.contains(where: template.contains) { words.append("thinking") }
        }
        return words
    }

    /// A number of parameters as Ollama writes it: `3.2B`, `596.05M`, `27K`.
    package static func parameters(_ count: UInt64) -> String {
        func written(_ unit: UInt64, digits: UInt64, _ letter: String) -> String {
            let scaled = count / (unit / digits)
            let rest = scaled % digits
            guard rest > 0 else { return "\(scaled / digits)\(letter)" }
            let zeros = digits == 100 && rest < 10 ? "0" : ""
            return "\(scaled / digits).\(zeros)\(rest)\(letter)"
        }
        switch count {
        case 1_000_000_000...: return written(1_000_000_000, digits: 10, "B")
        case 1_000_000...: return written(1_000_000, digits: 100, "M")
        case 1_000...: return "\(count / 1_000)K"
        default: return "\(count)"
        }
    }
}
