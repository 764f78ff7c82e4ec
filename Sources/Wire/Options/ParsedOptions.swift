// SPDX-License-Identifier: MIT

/// What a program was told, from all places together.
package struct ParsedOptions: Sendable {
    package var values: OptionValues
    /// What went without an error and deserves a line in the log.
    package var warnings: [OptionWarning]
    /// What can't be used, where the reader goes on all the same.
    package var problems: [OptionError] = []

    package init(values: OptionValues = OptionValues(), warnings: [OptionWarning] = []) {
        self.values = values
        self.warnings = warnings
    }
}
