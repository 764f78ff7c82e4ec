// SPDX-License-Identifier: MIT

/// A model of the hub that options name: `hf-repo`, and `hf-file` and `hf-token` if they are given.
package struct HubSelection: Sendable, Equatable {
    package let reference: HubReference
    /// The path of the one file that is wanted, if it was named.
    package let file: String?
    /// A token for this repository; nil for the one that holds for all.
    package let token: HubToken?

    /// Whether the picture or sound encoder beside the model is wanted too.
    package let withProjector: Bool
    /// The draft model that has to come with it, if that isn't there either.
    package var draft: HubDraft?

    package init(
        _ reference: HubReference,
        file: String? = nil,
        token: HubToken? = nil,
        withProjector: Bool = true
    ) {
        self.withProjector = withProjector
        self.reference = reference
        self.file = file
        self.token = token
    }

    /// The selection for people.
    package var text: String { file.map { "\(reference.text) (\($0))" } ?? reference.text }
}
