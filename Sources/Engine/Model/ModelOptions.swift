// SPDX-License-Identifier: MIT

/// How to load a model.
package struct ModelOptions: Sendable, Equatable {
    /// The GGUF file, or the first of its shards.
    package var path: String
    /// Layers to keep on a GPU; negative for all.
    package var gpuLayers: Int32 = -1
    /// Maps the file instead of reading it.
    package var usesMmap = true
    /// Keeps the weights from being swapped out.
    package var usesMlock = false

    package init(path: String) {
        self.path = path
    }
}
