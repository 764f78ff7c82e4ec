// SPDX-License-Identifier: MIT

/// Where a sequence's memory can be cut so that computing goes on from there.
package enum MemoryKind: Sendable, Equatable {
    /// Anywhere.
    case any
    /// Where as many positions before the cut as the window has are still there; cells that have left a window are given to others.
    case window(Int)
    /// At the end alone: a recurrent state is that of the last position, and only a checkpoint leads back.
    case whole
    /// As `whole`, but some tokens can be taken back. They must have come in the sequence's last step, and not be the first of it;
    /// until the next step nothing more can be taken back.
    case rollback(Int)

    /// Whether a checkpoint leads to places that the memory alone can't be cut at.
    package var usesCheckpoints: Bool { self != .any }

    /// Whether there is a window and nothing recurrent.
    var hasWindow: Bool { if case .window = self { true } else { false } }
}
