// SPDX-License-Identifier: MIT

package import API
import Catalogue
package import Fleet
import GGUF
import Wire

/// One entry of `GET /models`.
package enum ModelListing {
    /// - Parameter created: seconds since 1970.
    package static func resource(_ status: ModelStatus, created: Int64) -> ModelResource {
        let entry = status.entry
        var model = ModelResource()
        model.id = entry.id
        model.aliases = entry.aliases
        model.tags = entry.tags
        model.created = Int(created)
        model.status = state(status, now: created)
        model.architecture.inputs = entry.inputModalities.map(\.rawValue)
        model.architecture.outputs = [words(entry).modality]
        model.capabilities = [words(entry).capability]
        model.source = entry.source.rawValue
        model.canRemove = entry.canRemove
        model.details = details(status, now: created)
        model.header = header(entry)
        model.more = status.info?.members ?? []
        return model
    }

    private static func state(_ status: ModelStatus, now: Int64) -> ModelStateResource {
        var state = ModelStateResource()
        state.value = status.word.rawValue
        state.arguments = status.arguments
        state.preset = status.entry.preset
        state.progress = status.progress
        if let problem = status.entry.problem {
            state.failed = true
            state.reason = problem
        } else if let failure = status.failure {
            state.failed = true
            state.exitCode = failure.exit.map { Int($0.code) }
            state.reason = failure.reason
            state.log = failure.logTail
            // Rounded up, so that a request at that time is let through.
            state.retryAt = status.retryIn.map { Int(now + $0.components.seconds + 1) }
        }
        return state
    }

    /// What a model gives out, and what it is good for in Ollama's words.
    private static func words(_ entry: ModelEntry) -> (modality: String, capability: String) {
        switch entry.output {
        case .text: ("text", "completion")
        case .embeddings: ("embeddings", "embedding")
        case .scores: ("scores", "rerank")
        }
    }

    /// What the file's header says: known without loading the model; nil for a file that cannot be read.
    private static func header(_ entry: ModelEntry) -> ModelHeader? {
        guard let info = entry.info else { return nil }
        var header = ModelHeader()
        header.architecture = info.architecture
        header.parameters = Int(clamping: info.parameterCount)
        header.quantization = info.quantisation
        header.trainedContext = info.contextLength.map { Int(clamping: $0) }
        header.tokenizer = info.tokenizer
        header.hasChatTemplate = info.chatTemplate != nil
        header.size = Int(clamping: entry.sizeBytes)
        return header
    }

    /// The entries of a model's other names, for clients that offer nothing but ids: each is the model's own entry with that id, and says
    /// in `alias_of` whose it is.
    static func aliases(_ model: ModelResource) -> [ModelResource] {
        model.aliases.map { alias in
            var other = model
            other.id = alias
            other.aliases = []
            other.aliasOf = model.id
            return other
        }
    }
}
