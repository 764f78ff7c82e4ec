// SPDX-License-Identifier: MIT

package import NIOCore

/// When a relayed request got how far, for the header `server-timing` (W3C, Server Timing).
package struct RelayTiming {
    /// When a lease was asked for.
    package var asked = NIODeadline.uptimeNanoseconds(0)
    /// When it was granted.
    package var granted = NIODeadline.uptimeNanoseconds(0)
    /// When the request was last sent to the worker.
    package var sent = NIODeadline.uptimeNanoseconds(0)

    package init() {}

    /// - Parameters:
    ///   - head: when the worker's response began.
    ///   - load: how long the model took to load; nil if it was there already.
    package func field(head: NIODeadline, load: TimeAmount?) -> String {
        let waited = granted - asked
        let load = min(load ?? .zero, waited)
        return "queue;dur=\(Self.milliseconds(waited - load)), load;dur=\(Self.milliseconds(load)), "
            + "upstream;dur=\(Self.milliseconds(head - sent))"
    }

    /// Milliseconds with two digits behind the point.
    private static func milliseconds(_ time: TimeAmount) -> String {
        let hundredths = max(time.nanoseconds, 0) / 10_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
