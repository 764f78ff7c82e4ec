// SPDX-License-Identifier: MIT

/// An option that cannot be used, with the place that named it.
package struct OptionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A flag such as `--models-max`, or an environment variable's name.
    package let place: String
    package let message: String

    package init(place: String, message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { "\(place): \(message)" }
}
