// SPDX-License-Identifier: MIT

import CLlama

/// A part of a medium that is encoded and computed at once: the pixels or samples, ready for the projector.
///
/// `@unchecked Sendable`: it doesn't change, and only the engine's thread computes with it.
package final class MediaChunk: @unchecked Sendable {
    package let span: MediaLayout.Span
    private let owner: MediaPrompt
    private let index: Int32

    init(_ span: MediaLayout.Span, owner: MediaPrompt, index: Int32) {
        self.span = span
        self.owner = owner
        self.index = index
    }

    /// Lends the prompt and the chunk's index in it to a call.
    func lend<Result>(to body: (_ prompt: OpaquePointer, _ index: Int32) -> Result) -> Result {
        withExtendedLifetime(owner) { body(owner.handle, index) }
    }
}

/// Owns what the engine made of a prompt with media. `@unchecked Sendable`: it is only read after it was made.
final class MediaPrompt: @unchecked Sendable {
    let handle: OpaquePointer
    // What was reserved for it is given back with it.
    private let reservation: MediaBudget.Reservation

    init(_ handle: OpaquePointer, _ reservation: MediaBudget.Reservation) {
        self.handle = handle
        self.reservation = reservation
    }

    deinit {
        eh_media_prompt_free(handle)
    }
}
