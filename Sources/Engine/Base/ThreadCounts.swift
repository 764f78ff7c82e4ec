// SPDX-License-Identifier: MIT

/// How many threads compute.
package struct ThreadCounts: Sendable, Equatable {
    /// Steps of one token.
    package var single: Int
    /// Steps of several: prompts, and generations side by side.
    package var several: Int

    package init(single: Int, several: Int) {
        self.single = single
        self.several = several
    }
}
