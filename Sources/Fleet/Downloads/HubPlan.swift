// SPDX-License-Identifier: MIT

/// What has to be downloaded for a model, and where it belongs.
package struct HubPlan: Sendable {
    /// What the user asked for.
    package let reference: HubReference
    let branch: String
    let commit: String
    /// Everything that the repository has at that commit.
    let listing: [HubFile]
    package let choice: HubFileChoice

    /// The model's name in the catalogue, `user/repo:TAG`.
    package var modelID: String {
        HubReference(repository: reference.repository, tag: choice.tag.isEmpty ? nil : choice.tag).text
    }

    /// The size of all its files in bytes.
    package var sizeBytes: UInt64 { choice.files.reduce(0) { $0 + $1.sizeBytes } }
}
