// SPDX-License-Identifier: MIT

package import Wire

/// What a model's worker takes of each device, as far as a worker has said.
package struct Footprint: Sendable, Equatable {
    /// Where the figures come from; what comes later is more exact.
    package enum Basis: String, Sendable {
        /// A worker has counted it without loading the model.
        case dry
        /// A worker has loaded the model.
        case loaded
    }

    package let basis: Basis
    package let memory: [MemoryUse]
    /// Whether the model was made to fit, so that it would take more if there were more.
    package let isFitted: Bool

    package init(_ basis: Basis, _ memory: [MemoryUse], isFitted: Bool = false) {
        self.basis = basis
        self.memory = memory
        self.isFitted = isFitted
    }

    /// - Returns: nil where the worker measured nothing.
    init?(loaded measured: WorkerMeasurements) {
        guard measured.totalBytes > 0 else { return nil }
        self.init(.loaded, measured.memory, isFitted: measured.isFitted)
    }

    /// Bytes by device.
    package var bytes: [String: Int64] { sums(\.total) }

    /// What is left of them while the model sleeps.
    var overhead: [String: Int64] { sums(\.overhead) }

    /// What the system counts as taken: without pages of files, which it can have back.
    var resident: [String: Int64] { sums(\.resident) }

    /// Whether it was seen that all layers lie on GPUs: then the machine's own memory has none of the context.
    var liesOnDevices: Bool {
        guard basis == .loaded else { return false }
        let host = memory.first(where: \.device.isHost)
        return (host?.context ?? 0) == 0 && memory.contains { !$0.device.isHost && $0.context > 0 }
    }

    private func sums(_ part: KeyPath<MemoryUse, Int64>) -> [String: Int64] {
        var sums: [String: Int64] = [:]
        for use in memory where use[keyPath: part] > 0 {
            sums[use.device.id] = (sums[use.device.id] ?? 0).addingSaturating(use[keyPath: part])
        }
        return sums
    }
}

extension MemoryUse {
    /// The bytes that aren't the file's pages.
    fileprivate var resident: Int64 { total - mapped }
}
