// SPDX-License-Identifier: MIT

import Synchronization

/// How strongly each adapter works in requests that don't say otherwise. It outlives engines, so that a model that
/// slept goes on as it was told.
package final class AdapterScales: Sendable {
    private let scales: Mutex<[Float]>

    package init(_ scales: [Float]) {
        self.scales = Mutex(scales)
    }

    package var current: [Float] {
        get { scales.withLock { $0 } }
        set { scales.withLock { $0 = newValue } }
    }
}
