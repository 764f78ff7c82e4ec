// SPDX-License-Identifier: MIT

/// On which processors threads compute, and how they wait for work.
package struct ThreadPlacement: Sendable, Equatable {
    /// Those that they may use; empty for any.
    package var processors = ProcessorSet()
    /// From -1, low, to 3, real time.
    package var priority: Int32 = 0
    /// How eagerly they look for work before they sleep, up to 100.
    package var poll: Int32 = 50
    /// Each is bound to a processor of its own.
    package var isStrict = false

    package init() {}

    /// The threads of a context that options place.
    package struct Pair: Sendable, Equatable {
        /// Those for single tokens.
        package var single: ThreadPlacement
        /// Those for prompts.
        package var batch: ThreadPlacement

        package init(single: ThreadPlacement, batch: ThreadPlacement) {
            self.single = single
            self.batch = batch
        }
    }
}
