// SPDX-License-Identifier: MIT

package import Catalogue
import Wire

/// What has to be downloaded for a model, and where it belongs.
package struct HubPlan: Sendable {
    /// What the user asked for.
    package let reference: HubReference
    package let branch: String
    package let commit: String
    /// Everything that the repository has at that commit.
    package let listing: [HubFile]
    package let choice: HubFileChoice

    package init(
        reference: HubReference,
        branch: String,
        commit: String,
        listing: [HubFile],
        choice: HubFileChoice
    ) {
        self.reference = reference
        self.branch = branch
        self.commit = commit
        self.listing = listing
        self.choice = choice
    }

    /// The model's name in the catalogue, `user/repo:TAG`.
    package var modelID: String {
        HubReference(repository: reference.repository, tag: choice.tag.isEmpty ? nil : choice.tag).text
    }

    /// The size of all its files in bytes.
    package var sizeBytes: UInt64 { choice.files.reduce(0) { $0.addingSaturating($1.sizeBytes) } }
}
