// SPDX-License-Identifier: MIT

/// An option that cannot be used, with the place that named it.
package struct OptionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A flag such as `--models-max`, or an environment variable's name.
    package let place: String
    package let message: String

    package var description: String { "\(place): \(message)" }
}
