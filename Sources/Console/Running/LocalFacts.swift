// SPDX-License-Identifier: MIT

/// What the server would find on this machine if it were started now.
package struct LocalFacts: Sendable {
    /// Where downloads go; nil where there is no place for them.
    package var cache: String?
    /// Models that it would list, and why some of them cannot be loaded.
    package var modelCount = 0
    package var broken: [(model: String, reason: String)] = []
    /// Sentences about what hides models.
    package var problems: [String] = []
    /// Why there is no folder for the workers' sockets; nil if there is one.
    package var runtimeProblem: String?

    package init() {}
}
