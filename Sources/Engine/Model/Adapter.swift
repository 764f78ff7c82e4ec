// SPDX-License-Identifier: MIT

import CLlama

/// A LoRA adapter that was loaded for a model.
///
/// `@unchecked Sendable`: nothing changes it after it is loaded.
package final class Adapter: @unchecked Sendable {
    let handle: OpaquePointer
    /// The file.
    package let path: String
    /// What it was made for, as its file says.
    package let taskName: String
    /// What prompts are to begin with, as its file says.
    package let promptPrefix: String
    /// The tokens from whose last appearance in a prompt on it works (aLoRA); none for one that always does.
    package let invocation: [Int32]
    // It lies in the model's memory, which frees it.
    private let model: Model

    /// - Throws: `loadFailed`, for example for an adapter of another model.
    init(path: String, for model: Model) throws(EngineError) {
        guard let loaded = eh_adapter_load(model.handle, path) else {
            throw .last(.loadFailed, "the adapter '\(path)' could not be loaded")
        }
        handle = loaded
        self.path = path
        self.model = model
        taskName = String(owned: eh_adapter_metadata(loaded, "adapter.lora.task_name")) ?? ""
        promptPrefix = String(owned: eh_adapter_metadata(loaded, "adapter.lora.prompt_prefix")) ?? ""
        let count = Int(eh_adapter_invocation(loaded, nil, 0))
        invocation = [Int32](unsafeUninitializedCapacity: count) { buffer, written in
            written = Int(eh_adapter_invocation(loaded, buffer.baseAddress, Int32(count)))
        }
        guard invocation.allSatisfy({ $0 >= 0 && $0 < model.facts.vocabularySize }) else {
            throw EngineError(.loadFailed, "the adapter '\(path)' waits for tokens that the model doesn't have")
        }
    }
}
