// SPDX-License-Identifier: MIT

/// Something about an option that a user wants to know, though the program can go on.
package struct OptionWarning: Sendable, Equatable, CustomStringConvertible {
    package let place: OptionPlace
    /// A sentence without a full stop.
    package let message: String

    package init(place: OptionPlace, message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { "\(place): \(message)" }
}
