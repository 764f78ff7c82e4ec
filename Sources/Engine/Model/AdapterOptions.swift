// SPDX-License-Identifier: MIT

/// A LoRA adapter to load with the model.
package struct AdapterOptions: Sendable, Equatable {
    /// The GGUF file.
    package var path: String
    /// How strongly it works where requests don't say otherwise; 0 for not at all.
    package var scale: Float

    package init(path: String, scale: Float = 1) {
        self.path = path
        self.scale = scale
    }
}
