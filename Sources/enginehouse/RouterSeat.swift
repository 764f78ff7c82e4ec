// SPDX-License-Identifier: MIT

import Platform

/// What a router's process does with it beside running it.
struct RouterSeat: Sendable {
    /// Called once it listens, with its addresses as URLs.
    let listens: @Sendable (_ addresses: [String]) -> Void
    /// Each element counts as a request to stop; nil where signals alone do.
    var end: AsyncStream<Void>?

    /// Says on standard output where it listens, for people and for programs that let the system choose the port.
    /// - Parameter advice: what to say then, of the first address; nil for nothing.
    static func announcing(_ advice: (@Sendable (_ address: String) -> String)?) -> RouterSeat {
        RouterSeat { addresses in
            for address in addresses { print("listening on \(address)") }
            if let advice, let first = addresses.first { print("\n" + advice(first)) }
            fflush(nil)
        }
    }
}
