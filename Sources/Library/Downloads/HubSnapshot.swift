// SPDX-License-Identifier: MIT

package import Catalogue

/// What a repository on the hub has at one commit.
package struct HubSnapshot: Sendable {
    /// `user/repository`.
    package let repository: String
    package let branch: String
    package let commit: String
    package let files: [HubFile]

    package init(repository: String, branch: String, commit: String, files: [HubFile]) {
        self.repository = repository
        self.branch = branch
        self.commit = commit
        self.files = files
    }

    /// What has to be downloaded for a choice among the files.
    package func plan(_ choice: HubFileChoice, for reference: HubReference) -> HubPlan {
        HubPlan(reference: reference, branch: branch, commit: commit, listing: files, choice: choice)
    }
}
