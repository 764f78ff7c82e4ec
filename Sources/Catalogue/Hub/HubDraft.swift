// SPDX-License-Identifier: MIT

/// A draft model of the hub: `spec-draft-hf`, and `spec-draft-model` if that names a file of the repository.
package struct HubDraft: Sendable, Equatable {
    package let reference: HubReference
    package let file: String?

    package init(_ reference: HubReference, file: String? = nil) {
        self.reference = reference
        self.file = file
    }

    /// The same as a model of its own.
    /// - Parameter token: for its repository; nil for the one that holds for all.
    package func selection(token: HubToken? = nil) -> HubSelection {
        HubSelection(reference, file: file, token: token, withProjector: false)
    }
}
