// SPDX-License-Identifier: MIT

/// A word of a command's line that is no option.
package struct CommandArgument: Sendable {
    /// What shells offer for a word.
    package enum Completion: Sendable, Equatable {
        case nothing
        /// The names of the router's models.
        case models
        /// Those of its models that are loaded, or on the way.
        case loadedModels
        case files
        /// One of these, and no other.
        case words([String])
        /// These, among others that only the user knows.
        case offers([String])
    }

    /// What stands for it in usage lines, in capitals.
    package let name: String
    package let isRequired: Bool
    /// Whether there may be more of it.
    package let isRepeatable: Bool
    package let completion: Completion

    init(
        _ name: String,
        optional: Bool = false,
        repeatable: Bool = false,
        _ completion: Completion = .nothing
    ) {
        self.name = name
        isRequired = !optional
        isRepeatable = repeatable
        self.completion = completion
    }

    /// As usage lines have it: `MODEL`, `[MODEL]`, `MODEL...`.
    package var usage: String {
        let word = name + (isRepeatable ? "..." : "")
        return isRequired ? word : "[\(word)]"
    }
}
