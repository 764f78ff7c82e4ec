// SPDX-License-Identifier: MIT

import Platform

/// An option that cannot be used, with the place that named it.
package struct OptionError: ExplainedError {
    /// A flag such as `--models-max`, an environment variable's name, or a file's line as in `models.ini:3`.
    package let place: String
    package let message: String

    package init(place: String, message: String) {
        self.place = place
        self.message = message
    }

    package init(_ place: OptionPlace, _ message: String) {
        self.init(place: place.description, message: message)
    }

    package var description: String { "\(place): \(message)" }
}
