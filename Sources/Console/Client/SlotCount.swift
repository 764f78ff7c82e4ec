// SPDX-License-Identifier: MIT

package import Wire

/// How many of a model's slots serve a request.
package struct SlotCount: Sendable, Equatable {
    package let busy: Int
    package let total: Int

    /// - Parameter slots: what `GET /slots` says.
    package init?(_ slots: JSONValue) {
        guard let slots = slots.array else { return nil }
        total = slots.count
        busy = slots.count { $0["is_processing"]?.bool == true }
    }
}
