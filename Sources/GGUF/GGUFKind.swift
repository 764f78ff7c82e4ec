// SPDX-License-Identifier: MIT

/// What a GGUF file is for, as its metadata tells.
package enum GGUFKind: String, Sendable {
    /// A model that can be loaded by itself.
    case model
    /// The picture or sound encoder of another model, a "mmproj" file.
    case projector
    /// A head that speculates for another model and cannot run alone.
    case draft
    /// A LoRA adapter.
    case adapter
    /// An importance matrix, used when quantising.
    case importanceMatrix

    /// Architectures that only speculate for another model: EAGLE-3, DFlash and DSpark, Gemma 4's assistant (llama-arch.cpp).
    private static let draftArchitectures: Set<String> = ["eagle3", "dflash", "gemma4-assistant"]

    /// The kind of the file with this header.
    init(header: GGUFHeader) {
        let architecture = header.text("general.architecture")
        switch header.text("general.type") {
        case "adapter": self = .adapter
        case "imatrix": self = .importanceMatrix
        case "mmproj": self = .projector
        default:
            if architecture == "clip" {
                self = .projector
            } else if architecture.map(Self.draftArchitectures.contains) ?? false {
                self = .draft
            } else if Self.isPredictorAlone(header, architecture: architecture) {
                self = .draft
            } else {
                self = .model
            }
        }
    }

    /// Whether the file holds a model's multi-token prediction layers and not the model itself.
    ///
    /// llama.cpp's converter writes such files (`--mtp`) with the whole model's count of blocks, of which only the last ones are there.
    private static func isPredictorAlone(_ header: GGUFHeader, architecture: String?) -> Bool {
        guard let architecture, header.count("\(architecture).nextn_predict_layers") ?? 0 > 0 else { return false }
        // A later shard, or a first one without tensors, says nothing about the whole.
        guard header.count("split.count") ?? 1 <= 1, !header.tensors.isEmpty else { return false }
        return !header.tensors.contains { $0.name.utf8.starts(with: "blk.0.".utf8) }
    }
}
