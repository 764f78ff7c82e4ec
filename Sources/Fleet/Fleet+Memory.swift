// SPDX-License-Identifier: MIT

import Catalogue
import Synchronization
import Wire

/// What is found out about the devices' memory.
extension Fleet {
    /// Looks what the devices have. The machine's own memory is read here; what GPUs have a worker says, since the router opens none.
    func look() {
        guard deviceNotes.withLock({ $0.hasGPUs }) != false else {
            let host = host
            return handle { state, now in state.looked(host.map { [$0] }, now: now) }
        }
        // One that uses a GPU knows; another process would take some of its memory only to look.
        let witness = guarded.withLock { tables in tables.state.witness.flatMap { tables.records[$0] } }
        guard let witness, let process = witness.process else { return launcher.devices { [self] in saw($0) } }
        deviceNotes.withLock { $0.witness = witness.id }
        process.look()
    }

    /// A worker has said what there is of each device. It counts once for each time that it was asked for.
    func saw(_ seen: [MemoryDevice], by worker: WorkerID) {
        let isAsked = deviceNotes.withLock { notes in
            defer { if notes.witness == worker { notes.witness = nil } }
            return notes.witness == worker
        }
        if isAsked { saw(seen) }
    }

    /// A worker has said what there is of each device; nil for one that couldn't.
    func saw(_ seen: [MemoryDevice]?) {
        let host = host ?? seen?.first(where: \.isHost)
        let gpus = (seen ?? []).filter { !$0.isHost }
        if seen != nil { deviceNotes.withLock { $0.hasGPUs = !gpus.isEmpty } }
        let all = gpus + (host.map { [$0] } ?? [])
        handle { state, now in state.looked(all.isEmpty ? nil : all, now: now) }
    }

    /// The machine's own memory. What conversations take of it that have outlived their workers is as good as free: it goes where models
    /// need the room.
    private var host: MemoryDevice? {
        SystemMemory.device().map { device in
            let free = min(device.free.addingSaturating(launcher.storedBytes), device.total)
            return MemoryDevice(id: device.id, name: device.name, total: device.total, free: free)
        }
    }

    func measure(_ model: String) {
        guard let entry = catalogue.entry(named: model) else {
            return handle { state, now in state.measured(model, nil, now: now) }
        }
        launcher.measure(entry, arguments: entry.workerArguments) { [self] memory in
            handle { state, now in state.measured(model, memory, now: now) }
            keepFootprint(of: entry)
        }
    }

    /// Whether the system has killed a process for lack of memory since this was asked last.
    func hasKilledForMemory() -> Bool {
        let kills = SystemMemory.outOfMemoryKills
        return deviceNotes.withLock { notes in
            defer { notes.kills = kills }
            return kills > notes.kills
        }
    }

    /// Writes down what a model takes, for the next router.
    func keepFootprint(of entry: ModelEntry) {
        guard let footprints, let footprint = guarded.withLock({ $0.state.models[entry.id]?.footprint }) else { return }
        footprints.keep(footprint, of: entry)
    }

    /// What earlier routers have found out of a catalogue's models.
    func knownFootprints(of catalogue: Catalogue) -> [String: Footprint] {
        guard let footprints else { return [:] }
        var known: [String: Footprint] = [:]
        for entry in catalogue.entries { known[entry.id] = footprints.footprint(of: entry) }
        return known
    }
}

/// What the shell remembers of the devices.
struct DeviceNotes {
    /// Whether there are any; nil before a worker has said so.
    var hasGPUs: Bool?
    /// The worker that was asked what there is of them, and hasn't answered.
    var witness: WorkerID?
    /// Processes that the system had killed for lack of memory when it was looked last.
    var kills = SystemMemory.outOfMemoryKills
}
