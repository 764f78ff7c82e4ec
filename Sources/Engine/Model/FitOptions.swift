// SPDX-License-Identifier: MIT

/// What may be changed so that a model fits its devices: the size of the context and the layers on GPUs, where neither
/// was asked for.
package struct FitOptions: Sendable, Equatable {
    /// Bytes to leave free on each device, or on the machine where there is the processor alone; one counts for all.
    package var margins: [UInt64] = [1 << 30]
    /// Tokens of context that a sequence is to have at least; nil: as many as the model was trained on.
    package var leastContext: UInt32? = 4096

    package init() {}
}
