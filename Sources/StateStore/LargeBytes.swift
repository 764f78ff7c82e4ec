// SPDX-License-Identifier: MIT

import Platform

extension [UInt8] {
    /// Bytes of a page that large arrays ask for, on x86-64 and most others.
    private static var largePage: Int { 2 << 20 }

    /// As `init(unsafeUninitializedCapacity:initializingWith:)`, for states of many megabytes. Their memory comes in
    /// large pages where Linux has them (`madvise`, transparent huge pages): a page fault for each 4 KiB takes longer
    /// than copying it.
    package init(
        largeCapacity capacity: Int,
        initializingWith initialize: (inout UnsafeMutableBufferPointer<UInt8>, inout Int) throws -> Void
    ) rethrows {
        try self.init(unsafeUninitializedCapacity: capacity) { buffer, count in
            Self.advise(UnsafeMutableRawBufferPointer(buffer))
            try initialize(&buffer, &count)
        }
    }

    private static func advise(_ buffer: UnsafeMutableRawBufferPointer) {
        #if os(Linux)
            guard buffer.count >= 2 * largePage, let start = buffer.baseAddress else { return }
            // Whole pages within: what lies around them may be of others.
            let first = start.alignedUp(toMultipleOf: largePage)
            let end = (start + buffer.count).alignedDown(toMultipleOf: largePage)
            // MADV_HUGEPAGE; where it isn't known nothing changes.
            if first < end { _ = madvise(first, end - first, 14) }
        #endif
    }
}
