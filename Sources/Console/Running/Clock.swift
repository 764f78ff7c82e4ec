// SPDX-License-Identifier: MIT

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The time of day.
enum Clock {
    /// Seconds since 1970.
    static var now: Double { Date().timeIntervalSince1970 }
}
