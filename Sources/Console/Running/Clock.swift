// SPDX-License-Identifier: MIT

import Essentials

/// The time of day.
enum Clock {
    /// Seconds since 1970.
    static var now: Double { Date().timeIntervalSince1970 }
}
