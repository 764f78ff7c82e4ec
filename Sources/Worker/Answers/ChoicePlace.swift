// SPDX-License-Identifier: MIT

/// Where a choice stands in its answer.
package struct ChoicePlace: Sendable {
    let index: Int
    /// Whether it is the first of its prompt's choices: the prompt counts once.
    let isFirstOfPrompt: Bool

    package static let only = ChoicePlace(index: 0, isFirstOfPrompt: true)
}
