// SPDX-License-Identifier: MIT

/// All slots. An array hands out a copy of what it is asked for, which for a slot counts twenty references up and down to
/// look at one number; here what is asked for is looked at where it lies.
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
