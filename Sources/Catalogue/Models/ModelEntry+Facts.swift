// SPDX-License-Identifier: MIT

import GGUF
package import Wire

extension ModelEntry {
    /// What the file's header says, in words of our own; null where it doesn't.
    package var fileDetails: [JSONValue.Member] {
        [
            .init("quantization", info?.quantisation.map(JSONValue.string) ?? .null),
            .init("parameters", info.map { .integer(Int64(clamping: $0.parameterCount)) } ?? .null),
            .init("architecture", info?.architecture.map(JSONValue.string) ?? .null),
            .init("context_length", info?.contextLength.map { .integer(Int64(clamping: $0)) } ?? .null),
        ]
    }

    /// What the file's header says, for lists: known without loading the model; nil for a file that cannot be read.
    package var facts: JSONValue? {
        guard let info else { return nil }
        return [
            "architecture": info.architecture.map(JSONValue.string) ?? .null,
            "n_params": .integer(Int64(clamping: info.parameterCount)),
            "quantization": info.quantisation.map(JSONValue.string) ?? .null,
            "n_ctx_train": info.contextLength.map { .integer(Int64(clamping: $0)) } ?? .null,
            "tokenizer": info.tokenizer.map(JSONValue.string) ?? .null,
            "has_chat_template": .bool(info.chatTemplate != nil),
            "size": .integer(Int64(clamping: sizeBytes)),
        ]
    }
}
