// SPDX-License-Identifier: MIT

import Wire

/// What models may take of a machine's memory, in bytes.
package struct ModelRoom: Sendable, Equatable {
    /// Of main memory.
    package let host: Int64
    /// Of its GPUs together: a model can lie on several.
    package let gpus: Int64

    package init(host: Int64, gpus: Int64 = 0) {
        self.host = host
        self.gpus = gpus
    }

    /// - Parameter budgets: what models may take of each device, by the device's id.
    /// - Returns: nil where nothing is known of any device.
    package init?(budgets: [(device: String, bytes: Int64)]) {
        guard !budgets.isEmpty else { return nil }
        func sum(_ isHost: Bool) -> Int64 {
            budgets.filter { ($0.device == MemoryDevice.host) == isHost }
                .reduce(0) { sum, budget in sum.addingSaturating(max(budget.bytes, 0)) }
        }
        self.init(host: sum(true), gpus: sum(false))
    }
}
