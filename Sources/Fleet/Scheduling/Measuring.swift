// SPDX-License-Identifier: MIT

/// Whether a worker is asked what a model would take.
package enum Measuring: Sendable, Equatable {
    case notYet
    case underway
    /// It can't be said. The load will say why.
    case failed
}
