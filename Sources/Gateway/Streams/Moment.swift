// SPDX-License-Identifier: MIT

package import NIOCore

/// A point in time by two clocks.
package struct Moment: Sendable {
    /// For measuring: never jumps.
    package let uptime: NIODeadline
    /// For showing: whole seconds since 1970.
    package let unixTime: Int64

    package init(uptime: NIODeadline, unixTime: Int64) {
        self.uptime = uptime
        self.unixTime = unixTime
    }
}
