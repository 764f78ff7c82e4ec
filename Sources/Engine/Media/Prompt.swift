// SPDX-License-Identifier: MIT

/// What a generation begins with: tokens, and the media among them.
package struct Prompt: Sendable {
    /// Each token of a medium is its identity's negative number.
    package var tokens: [Int32]
    package var media: [MediaChunk]
    /// Where messages begin among the tokens.
    package var messages = MessagePlaces()

    package init(_ tokens: [Int32], media: [MediaChunk] = []) {
        self.tokens = tokens
        self.media = media
    }
}
