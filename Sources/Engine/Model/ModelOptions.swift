// SPDX-License-Identifier: MIT

/// How to load a model.
package struct ModelOptions: Sendable, Equatable {
    /// The GGUF file, or the first of its shards.
    package var path: String
    /// Layers to keep on a GPU; negative for all.
    package var gpuLayers: Int32 = -1
    /// Maps the file instead of reading it; nil for where that is best.
    package var usesMmap: Bool?
    /// Keeps the weights from being swapped out.
    package var usesMlock = false
    /// How to read the file, in place of the two above.
    package var loadMode: LoadMode?
    /// How several GPUs share the model.
    package var splitMode = SplitMode.layer
    /// The GPU of a model that isn't shared.
    package var mainGPU: Int32 = 0
    /// Devices to compute on beside the processor; nil for all, empty for none.
    package var devices: [String]?
    /// The GPUs' parts of the model in proportion to each other; empty for those of what models may take of each.
    package var tensorSplit: [Float] = []
    /// Bytes that models may take of a device, by its name. Where the model is made to fit such a bound is kept, or the load fails.
    package var budgets: [String: UInt64] = [:]
    /// What to say otherwise than the file's metadata, each `KEY=TYPE:VALUE`.
    package var overrides: [String] = []
    /// Layers whose experts stay off the GPU; negative for all.
    package var expertLayersOffGPU: Int32 = 0
    /// Layers whose dense feed-forward weights do.
    package var denseLayersOffGPU: Int32 = 0
    /// Where weights lie whose names match a pattern, each `PATTERN=BUFFER`; the first that matches counts.
    package var placements: [String] = []
    /// Servers whose devices count as this machine's, each `HOST:PORT`.
    package var servers: [String] = []
    /// Reads rows of per-layer embeddings when they are needed; nil where they are large.
    package var readsLazily: Bool?
    /// Looks for weights that are no numbers.
    package var checksTensors = false
    /// Rearranges weights for the processor.
    package var repacks = true
    /// Leaves out the buffers that GPUs and processor share.
    package var avoidsHostBuffers = false

    /// How to read a file; the numbers are llama.cpp's.
    package enum LoadMode: Int32, Sendable {
        case auto = -1
        case none
        case mmap
        case mlock
        case mmapAndMlock
        case directIO
    }

    /// How several GPUs share a model; the numbers are llama.cpp's.
    package enum SplitMode: Int32, Sendable {
        case none
        case layer
        case row
        case tensor
    }

    package init(path: String) {
        self.path = path
    }

    /// What ``loadMode`` says, or else the two that it stands for.
    var effectiveLoadMode: LoadMode {
        if let loadMode { return loadMode }
        guard let usesMmap else { return usesMlock ? .mmapAndMlock : .auto }
        return usesMmap ? (usesMlock ? .mmapAndMlock : .mmap) : (usesMlock ? .mlock : .none)
    }
}
