// SPDX-License-Identifier: MIT

/// All slots, looked at where they lie. An array hands out copies: for one number of a slot that counts twenty
/// references up and down.
package struct SlotTable: RandomAccessCollection, MutableCollection, Sendable {
    private var slots: [Slot]

    init(count: Int) {
        slots = (0..<count).map { Slot(id: $0) }
    }

    package var startIndex: Int { 0 }

    package var endIndex: Int { slots.count }

    package subscript(index: Int) -> Slot {
        _read { yield slots.span[index] }
        _modify { yield &slots[index] }
    }
}
