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

    /// From the wish for a lease to the first bytes of a stream; nil for what is no stream, or hasn't come so far.
    package var firstToken: TimeAmount?

    package init() {}

    /// - Parameters:
    ///   - head: when the worker's response began.
    ///   - load: how long the model took to load; nil if it was there already.
    package func field(head: NIODeadline, load: Duration?) -> String {
        let waited = granted - asked
        let load = min(load.map { TimeAmount($0) } ?? .zero, waited)
        // Each answer has this: what is put together in place costs a third of an interpolation.
        var text = ""
        text.reserveCapacity(64)
        text += "queue;dur="
        Self.append(waited - load, to: &text)
        text += ", load;dur="
        Self.append(load, to: &text)
        text += ", upstream;dur="
        Self.append(head - sent, to: &text)
        return text
    }

    /// Appends milliseconds with two digits behind the point.
    private static func append(_ time: TimeAmount, to text: inout String) {
        let hundredths = max(time.nanoseconds, 0) / 10_000
        let rest = hundredths % 100
        text += String(hundredths / 100)
        text += rest < 10 ? ".0" : "."
        text += String(rest)
    }
}
