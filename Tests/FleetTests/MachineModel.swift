// SPDX-License-Identifier: MIT

import Fleet
import Wire

/// A machine's devices and what models take of them, as the world of a `FleetState` knows it.
struct MachineModel {
    /// All bytes of each device, those first that models are put on first.
    var totals: [(id: String, bytes: Int64)]
    /// What each model takes of each device.
    var models: [String: [String: Int64]] = [:]
    /// What of a model's bytes are pages of a file, and which: the machine has them once.
    var mapped: [String: (file: String, bytes: Int64)] = [:]
    /// What other programs take.
    var strangers: [String: Int64] = [:]
    /// What of a model's bytes drivers take for its process.
    var overheads: [String: Int64] = [:]
    /// What drivers haven't given back yet of ended processes.
    var lag: [String: Int64] = [:]

    /// What a look would see now.
    func devices(_ processes: some Sequence<FleetWorld.Process>) -> [MemoryDevice] {
        var taken = strangers.merging(lag, uniquingKeysWith: +)
        for process in processes where process.memory != .asleep {
            taken.merge(process.bytes, uniquingKeysWith: +)
            // Pages of files count as free: the system can have them back.
            if let file = mapped[process.model], let bytes = process.bytes["host"] {
                taken["host", default: 0] -= min(file.bytes, bytes - (overheads["host"] ?? 0))
            }
        }
        return totals.map { device in
            MemoryDevice(
                id: device.id,
                name: device.id,
                total: device.bytes,
                free: max(device.bytes - (taken[device.id] ?? 0), 0)
            )
        }
    }

    /// Bytes by device as a worker says them.
    func memory(_ bytes: [String: Int64], of model: String) -> [MemoryUse] {
        totals.compactMap { device in
            guard let count = bytes[device.id], count > 0 else { return nil }
            var use = MemoryUse(device: MemoryDevice(id: device.id, name: device.id, total: device.bytes, free: 0))
            use.overhead = overheads[device.id] ?? 0
            use.weights = count - use.overhead
            if device.id == "host" { use.mapped = min(mapped[model]?.bytes ?? 0, use.weights) }
            return use
        }
    }
}

extension FleetWorld {
    /// No plan exceeds a budget: what lives, is promised or still leaves fits into each device. A model that is larger makes itself fit.
    mutating func checkBytes(of worker: WorkerID, _ model: String) {
        guard let machine else { return }
        let limit = state.books.limit
        var bytes = machine.models[model] ?? [:]
        for (device, count) in bytes { bytes[device] = min(count, limit[device] ?? count) }
        take(bytes, worker)
        // What can't be measured is only known once it is loaded.
        let isKnown = processes.values.allSatisfy { state.models[$0.model]?.measuring != .failed }
        guard state.books.isActive, isKnown else { return }
        for (device, most) in limit where bytes[device, default: 0] > 0 {
            var pages: [String: Int64] = [:]
            var taken: Int64 = 0
            for process in processes.values where process.memory != .asleep {
                taken += process.bytes[device] ?? 0
                guard device == "host", let file = machine.mapped[process.model] else { continue }
                let own = min(file.bytes, process.bytes[device] ?? 0)
                taken -= own
                pages[file.file] = max(pages[file.file] ?? 0, own)
            }
            taken += pages.values.reduce(0, +)
            check(taken <= most || processes.count == 1, "\(taken) bytes of \(device) are taken, \(most) are there")
        }
    }

    /// Whether the state knows of a model what its worker said last: in memory, asleep or on its way.
    func isAsTold(_ process: Process, _ ready: ModelPhase.Ready) -> Bool {
        switch (process.memory, ready.memory) {
        case (.awake, .awake), (.asleep, .asleep), (.waking, .waking): true
        default: false
        }
    }
}
