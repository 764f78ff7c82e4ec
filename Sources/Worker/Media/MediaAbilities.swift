// SPDX-License-Identifier: MIT

/// What a model takes beside text.
package struct MediaAbilities: Sendable {
    package var images: Bool
    package var audio: Bool
    /// Stands for a medium in a prompt.
    package var marker: String

    package init(images: Bool = false, audio: Bool = false, marker: String = "") {
        self.images = images
        self.audio = audio
        self.marker = marker
    }
}
