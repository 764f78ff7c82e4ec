// SPDX-License-Identifier: MIT

package import NIOCore

/// How fast a body has to come, so that a few bytes now and then don't hold a connection for ever.
package struct BodyPace: Sendable {
    /// So long any body may take.
    package var grace: TimeAmount = .seconds(30)
    /// The least mean rate beyond that; 0 for none.
    package var bytesPerSecond = 500
    /// So long the longest body may take.
    package var whole: TimeAmount = .hours(1)

    package init() {}

    /// When a body has to be complete, or longer than it is.
    /// - Parameter received: bytes so far.
    package func deadline(began: NIODeadline, received: Int) -> NIODeadline {
        guard bytesPerSecond > 0 else { return began + whole }
        let earned = TimeAmount.milliseconds(Int64(min(received, 1 << 40)) * 1000 / Int64(bytesPerSecond))
        return began + min(grace + earned, whole)
    }
}
