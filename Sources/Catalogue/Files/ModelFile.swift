// SPDX-License-Identifier: MIT

package import GGUF
import Platform

/// A GGUF file that a scan has met, with what its header says.
package struct ModelFile: Equatable {
    /// The end of every name that is looked at; partial downloads end in something else.
    package static let suffix = ".gguf"

    /// What a file is to the folder that it lies in.
    package enum Role: Equatable {
        case model
        case projector
        case draft
        /// Neither a model nor of use beside one, with the word for it.
        case other(String)
    }

    /// The file's name with its suffix.
    package let name: String
    /// Where the file is.
    package let path: String
    /// The file's size in bytes.
    package let sizeBytes: UInt64
    /// What the header says, or why it cannot be read.
    package let content: Result<GGUFModelInfo, GGUFError>

    /// What there is to say of a file that can't be opened by its name.
    static let badName = Result<GGUFModelInfo, GGUFError>.failure(
        GGUFError(.unreadable, "the file's name is not valid UTF-8, so that it can't be opened; rename it")
    )

    package init(name: String, path: String, sizeBytes: UInt64, content: Result<GGUFModelInfo, GGUFError>) {
        self.name = name
        self.path = path
        self.sizeBytes = sizeBytes
        self.content = content
    }

    /// What the header says, or nil where it cannot be read.
    package var info: GGUFModelInfo? { try? content.get() }

    /// What the file is for: by its metadata, or by its name where they do not tell.
    ///
    /// Any small model may serve as a draft, so there the name counts beside a model's metadata too.
    package var role: Role {
        let namedDraft = ["mtp-", "dspark-", "dflash-"].contains { name.hasPrefix($0) }
        let namedProjector = name.contains("mmproj")
        guard let info else { return namedProjector ? .projector : namedDraft ? .draft : .model }
        switch info.kind {
        case .projector: return .projector
        case .draft: return .draft
        case .adapter: return .other("LoRA adapter")
        case .importanceMatrix: return .other("importance matrix")
        case .model:
            if namedProjector, info.architecture == nil { return .projector }
            return namedDraft ? .draft : .model
        }
    }
}
