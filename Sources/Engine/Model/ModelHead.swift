// SPDX-License-Identifier: MIT

import CLlama

/// A file that is loaded like a model but holds only what works on another model's insides. The engine ends the process with
/// some of them where it expects a model.
package enum ModelHead: Int32, Sendable {
    case mtp = 1
    case eagle3
    case dflash
    case assistant

    /// What a file is of these; nil for a whole model, and for a file that can't be read.
    package init?(path: String) {
        self.init(rawValue: eh_head_kind(path))
    }

    /// For people.
    private var name: String {
        switch self {
        case .mtp: "a multi-token prediction (MTP) head"
        case .eagle3: "an EAGLE-3 head"
        case .dflash: "a DFlash head"
        case .assistant: "an assistant that computes with another model's cache"
        }
    }

    /// Refuses a file that is to be a model.
    /// - Throws: `loadFailed` for a head.
    static func refuse(model path: String) throws(EngineError) {
        guard let head = ModelHead(path: path) else { return }
        throw EngineError(
            .loadFailed,
            "the model could not be loaded: '\(path)' is \(head.name), which cannot answer without its model; load that one"
        )
    }

    /// Refuses a file that is to be a draft model.
    /// - Throws: `loadFailed` for a head.
    static func refuse(draft path: String) throws(EngineError) {
        guard let head = ModelHead(path: path) else { return }
        throw EngineError(
            .loadFailed,
            "the draft model could not be loaded: '\(path)' is \(head.name), which this version cannot use; name a whole "
                + "model with the same vocabulary, or leave out --spec-draft-model"
        )
    }
}
