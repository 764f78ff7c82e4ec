// SPDX-License-Identifier: MIT

package import Wire

/// What models take of the devices' memory, and what there is of it (rules 10 to 14).
extension FleetState {
    /// What a model takes at most beyond a fifth more than its header lets expect: compute buffers, the driver's part.
    private static let allowance: Int64 = 1 << 30

    /// What there is for all models together.
    var limit: Places { .limit(modelsMax: modelsMax, bytes: books.limit) }

    /// What has to be free for a model to be loaded, where no other has its file mapped.
    package func need(of name: String) -> Places { needed(by: name).whole }

    /// What has to be there for a model to be loaded. One that is larger than a device takes the whole of it, and is made to fit.
    func needed(by name: String) -> Holding {
        let limit = books.limit
        guard let model = models[name], !limit.isEmpty else { return Holding(Places(models: 1)) }
        var bytes = bytes(of: model).filter { limit[$0.key] != nil }
        if takesDevicesWhole(model) { bytes = alone(bytes, limit) }
        for (device, count) in bytes { bytes[device] = min(count, limit[device] ?? count) }
        return takesDevicesWhole(model) ? Holding(Places(models: 1, bytes: bytes)) : holding(model, bytes)
    }

    /// What a model takes, parted into what is its own and what other models' workers may have mapped as well.
    private func holding(_ model: Model, _ bytes: [String: Int64]) -> Holding {
        guard let file = model.sharedFile, let all = bytes[MemoryDevice.host],
            let mapped = model.footprint?.memory.first(where: \.device.isHost)?.mapped
        else { return Holding(Places(models: 1, bytes: bytes)) }
        var bytes = bytes
        let pages = min(mapped, file.bytes, all)
        bytes[MemoryDevice.host] = all - pages
        return Holding(Places(models: 1, bytes: bytes), file: file.path, pages: pages)
    }

    /// Whether a model gets its devices to itself when it is loaded: it lacked memory, or it made itself fit the last time, and
    /// would take more where there is more.
    private func takesDevicesWhole(_ model: Model) -> Bool {
        model.needsDeviceAlone || model.footprint?.isFitted == true
    }

    /// The whole of each device that a model lies on.
    private func alone(_ bytes: [String: Int64], _ limit: [String: Int64]) -> [String: Int64] {
        bytes.isEmpty ? limit : bytes.merging(limit.filter { bytes[$0.key] != nil }) { _, all in all }
    }

    /// What a model's live worker takes, from launch to exit, with the pages that it has mapped.
    package func held(by name: String) -> Places { holding(of: name).whole }

    /// The same, with those pages apart.
    func holding(of name: String) -> Holding {
        let limit = books.limit
        guard let model = models[name], !limit.isEmpty else { return Holding(Places(models: 1)) }
        if let ready = model.phase.serving, ready.memory == .asleep, ready.inFlight == 0 {
            // What it wakes for counts from the moment of the request.
            let bytes = model.footprint?.overhead ?? [:]
            return Holding(Places(models: 1, bytes: bytes.filter { limit[$0.key] != nil }))
        }
        let bytes = bytes(of: model).filter { limit[$0.key] != nil }
        if case .loading = model.phase, takesDevicesWhole(model) {
            return Holding(Places(models: 1, bytes: alone(bytes, limit)))
        }
        return holding(model, bytes)
    }

    /// Bytes by device, as far as anything is known of them.
    private func bytes(of model: Model) -> [String: Int64] {
        if let footprint = model.footprint { return footprint.bytes }
        guard model.measuring != .failed, model.phase.serving == nil else {
            guard model.guessBytes > 0, let device = books.devices.first else { return [:] }
            return [device.id: model.guessBytes]
        }
        // Where it will lie can't be guessed. A small one counts on each device, a large one has all to itself until it is known.
        let most = model.guessBytes.addingSaturating(model.guessBytes / 5).addingSaturating(Self.allowance)
        return books.limit.mapValues { model.guessBytes > 0 && most <= $0 / 2 ? most : $0 }
    }

    /// Bytes by device that the system counts as taken by our processes.
    private var resident: [String: Int64] {
        var sums: [String: Int64] = [:]
        for name in workers.values {
            guard let model = models[name] else { continue }
            let isAsleep = model.phase.serving?.memory == .asleep
            let bytes = isAsleep ? model.footprint?.overhead : model.footprint?.resident
            sums.merge(bytes ?? [:]) { $0.addingSaturating($1) }
        }
        return sums
    }

    /// Whether enough is known to decide about a model's load. What isn't known is asked for, and the load waits for the answer.
    mutating func isDecidable(_ name: String, _ room: Places, now: Duration) -> Bool {
        if books.isSettling(now: now), need(of: name).bytes.keys.contains(where: { $0 != MemoryDevice.host }) {
            return false
        }
        // Alone a model takes what there is.
        guard !workers.isEmpty else { return true }
        guard hasLooked(now: now) else { return false }
        guard books.isActive, let model = models[name], model.footprint == nil else { return true }
        switch model.measuring {
        case .underway: return false
        case .failed: return true
        case .notYet: break
        }
        // Whatever it takes, there is room.
        guard !need(of: name).fitsBytes(room) else { return true }
        models[name]?.measuring = .underway
        emit(.measure(model: name))
        return false
    }

    /// Whether it was seen lately what the devices have; asks to look if not.
    private mutating func hasLooked(now: Duration) -> Bool {
        guard !books.isLooking(now: now) else { return false }
        guard books.isStale(now: now) else { return true }
        askToLook(now: now)
        return false
    }

    /// A model waits for bytes that no model of ours could give back.
    mutating func waitForBytes(now: Duration) {
        books.wait(now: now)
        noteDeadline()
    }

    /// Has the devices looked at; `looked` is the answer.
    mutating func askToLook(now: Duration) {
        guard !isShuttingDown else { return }
        books.ask(now: now)
        emit(.look)
        noteDeadline()
    }

    /// The devices were looked at.
    /// - Parameter devices: those first that models are put on first; nil for a look that failed.
    package mutating func looked(_ devices: [MemoryDevice]?, now: Duration) -> [FleetAction] {
        books.look(devices, ours: resident, now: now)
        cachesMayChange = true
        noteDeadline()
        schedule(now: now)
        return takeActions()
    }

    /// A worker has said what a model takes that isn't loaded.
    /// - Parameter memory: nil if that can't be said; its load will say why.
    package mutating func measured(_ name: String, _ memory: [MemoryUse]?, now: Duration) -> [FleetAction] {
        guard case .underway = models[name]?.measuring else { return [] }
        models[name]?.measuring = memory == nil ? .failed : .notYet
        if let memory { models[name]?.footprint = Footprint(.dry, memory) }
        schedule(now: now)
        return takeActions()
    }

    /// Takes over what earlier routers have found out. What is known here is newer.
    package mutating func remember(_ footprints: [String: Footprint]) {
        for (name, footprint) in footprints where models[name]?.footprint == nil {
            models[name]?.footprint = footprint
        }
    }

    /// Whether the model is known to fit its devices' budgets unchanged. Then its neighbours make room, and it is
    /// launched without fitting (rule 10).
    package func fitsWhole(_ name: String) -> Bool {
        guard books.isActive, let footprint = models[name]?.footprint, !footprint.isFitted else { return false }
        let budgets = Dictionary(uniqueKeysWithValues: books.devices.map { ($0.id, books.budget(of: $0)) })
        return Places(models: 0, bytes: footprint.bytes).fitsBytes(Places(models: 0, bytes: budgets))
    }

    /// Checks that models which never make room for each other have room beside each other. What no worker has measured yet doesn't
    /// count, and one that is larger than a device alone makes itself fit.
    /// - Throws: `limitReached`.
    func checkMemory(of pins: [String]) throws(FleetError) {
        guard books.settings.policy == .evict else { return }
        let footprints = pins.sorted().compactMap { name in models[name]?.footprint.map { (name: name, footprint: $0) }
        }
        let devices = footprints.flatMap(\.footprint.memory).map(\.device)
        for device in devices.sorted(by: { $0.id < $1.id }) {
            let holders = footprints.filter { $0.footprint.bytes[device.id] != nil }
            var mapped = MappedFiles()
            let sum = holders.reduce(Int64(0)) { sum, holder in
                guard let model = models[holder.name] else { return sum }
                return sum.addingSaturating(mapped.add(holding(model, holder.footprint.bytes)).bytes[device.id] ?? 0)
            }
            let budget = books.budget(of: device)
            guard holders.count < 2 || sum <= budget else {
                throw .pinsTooLarge(holders.map(\.name), bytes: sum, of: device, budget: budget)
            }
        }
    }

    // MARK: What there is to see

    /// Each device's budget in bytes, and what holds it.
    package var deviceStatus: [DeviceStatus] {
        var taken: [String: Int64] = [:]
        var mapped = MappedFiles()
        for name in workers.values.sorted() {
            guard let model = models[name] else { continue }
            // Also what limits nothing.
            let isAsleep = model.phase.serving?.memory == .asleep
            let holding =
                isAsleep
                ? Holding(Places(models: 1, bytes: model.footprint?.overhead ?? [:]))
                : holding(model, model.footprint?.bytes ?? [:])
            taken.merge(mapped.add(holding).bytes) { $0.addingSaturating($1) }
        }
        return books.devices.map { device in
            DeviceStatus(
                device: device,
                budget: books.budget(of: device),
                models: taken[device.id] ?? 0,
                others: books.strangers[device.id] ?? 0,
                reserve: books.settings.reserve(of: device)
            )
        }
    }

    /// What a load of a model would mean now. Nothing is changed or measured by this.
    package func outlook(of name: String) -> LoadOutlook {
        guard phase(of: name).worker == nil else { return .lives }
        let round = SchedulingRound(self)
        var need = needed(by: name)
        if let model = models[name], model.footprint == nil, !model.needsDeviceAlone, let device = books.devices.first {
            // It is measured before it is loaded; until then its header says more than the caution with which places are promised.
            need.places.bytes = need.places.bytes.filter { $0.key == device.id }.mapValues { min($0, model.guessBytes) }
        }
        let busy = workers.compactMap { worker, other -> Eviction.Candidate? in
            guard let model = models[other], !model.isPinned, !model.phase.isLeaving,
                !round.idle.contains(where: { $0.model == other })
            else { return nil }
            let since = model.phase.serving?.since ?? .zero
            return .init(model: other, worker: worker, turn: .busy(readySince: since), holding: holding(of: other))
        }
        let leaving =
            round.victims(among: round.idle, for: need) ?? round.victims(among: round.idle + busy, for: need)
        guard let names = leaving?.map(\.model).sorted() else { return .pinned }
        if books.isActive, models[name]?.footprint != nil, !fitsWhole(name) { return .tooLarge(leaving: names) }
        return names.isEmpty ? .fits : .evicts(names)
    }

    // MARK: Loads that lack memory

    /// A load, the first one or one after sleep, has failed for lack of memory. It is tried once more, with its devices to itself.
    /// - Returns: whether it is.
    mutating func loadsAlone(_ name: String) -> Bool {
        guard books.isActive, mayLoadAgain(name) else { return false }
        models[name]?.needsDeviceAlone = true
        models[name]?.isSecondLoad = true
        models[name]?.counters.failures += 1
        return true
    }

    /// What a model needs of each device, and what holds that: the end of a sentence.
    package func table(for name: String) -> String {
        guard books.isActive, let model = models[name] else { return "" }
        let wanted = bytes(of: model)
        let parts = books.devices.compactMap { device -> String? in
            guard let count = wanted[device.id], count > 0 else { return nil }
            var holders = workers.values.sorted().compactMap { other -> String? in
                guard other != name, let bytes = held(by: other).bytes[device.id], bytes > 0 else { return nil }
                return "\(other) holds \(Units.bytes(Double(bytes)))"
            }
            if let others = books.strangers[device.id], others > 0 {
                holders.append("other programs hold \(Units.bytes(Double(others)))")
            }
            let list = holders.isEmpty ? "" : " (\(holders.joined(separator: ", ")))"
            return "it needs about \(Units.bytes(Double(count))) of \(device.name), where models may take "
                + "\(Units.bytes(Double(books.budget(of: device))))\(list)"
        }
        return parts.joined(separator: "; ")
    }

    // MARK: Sleep

    /// What a sleeping model takes beyond what it holds.
    func wakeNeed(of name: String) -> Holding {
        var need = needed(by: name)
        need.places = need.places - holding(of: name).places
        return need
    }

    /// A worker that serves and has a GPU's memory, so that it can say what is free of it; the oldest, nil if there is none.
    package var witness: WorkerID? {
        workers.filter { _, name in
            guard let model = models[name], model.phase.serving?.memory == .awake else { return false }
            return model.footprint?.bytes.keys.contains { $0 != MemoryDevice.host } ?? false
        }.keys.min()
    }

    /// Whether a model sleeps and uses nothing, so that a request has to be admitted.
    func sleeps(_ name: String) -> Bool {
        guard books.isActive, case .ready(let ready) = phase(of: name) else { return false }
        return ready.sleeps
    }
}
