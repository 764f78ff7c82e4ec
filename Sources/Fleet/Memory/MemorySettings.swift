// SPDX-License-Identifier: MIT

internal import Wire

/// What an operator can set about the memory that models share.
package struct MemorySettings: Sendable, Equatable {
    /// What happens where a model doesn't fit beside those that live.
    package enum Policy: String, Sendable {
        /// Others make room.
        case evict
        /// It makes itself fit into what is free, on the processor where it must. Only the number of models is bounded.
        case share
    }

    package var policy = Policy.evict
    /// Bytes of a device that models leave free; nil: 1 GiB of a GPU, a tenth of the machine's own memory.
    package var reserve: Int64?
    /// Bytes that models may take, by device, by its id or its name; what else the device holds doesn't count then.
    package var budgets: [String: Int64] = [:]

    /// Bytes of main memory that all workers together may have for kept conversations and checkpoints; nil: each as its own options say.
    package var cacheBytes: Int64?

    /// Bytes of main memory that conversations may have which outlive their workers, beside those; nil where none do.
    package var storedBytes: Int64?

    package init() {}

    /// The budget that was set by hand for a device.
    func budgetByHand(of device: MemoryDevice) -> Int64? { budgets[device.id] ?? budgets[device.name] }

    /// What models leave free of a device.
    func reserve(of device: MemoryDevice) -> Int64 {
        min(reserve ?? (device.isHost ? device.total / 10 : 1 << 30), device.total)
    }
}
