// SPDX-License-Identifier: MIT

import Catalogue
import Synchronization

/// What there is to see of the models.
extension Fleet {
    /// All models that lists show, in the catalogue's order.
    package func models() -> [ModelStatus] {
        statuses(of: catalogue.entries.filter { !$0.isHidden })
    }

    /// Why workers can't be reached or started, whichever model's; nil if they can.
    package var problem: String? { launcher.problem }

    /// One model, by id or alias; nil if there is none of that name.
    package func status(of name: String) -> ModelStatus? {
        catalogue.entry(named: name).flatMap { statuses(of: [$0]).first }
    }

    /// What a load of a model would mean now, by id or alias; nil if there is none of that name.
    package func outlook(of name: String) -> LoadOutlook? {
        catalogue.entry(named: name).map { entry in guarded.withLock { $0.state.outlook(of: entry.id) } }
    }

    /// Whether a model's worker takes requests, also while the model sleeps or wakes.
    package func serves(_ name: String) -> Bool {
        guard let entry = catalogue.entry(named: name) else { return false }
        return guarded.withLock { $0.state.phase(of: entry.id).serves }
    }

    /// One model's status word, by id or alias; nil if there is none of that name.
    package func word(of name: String) -> ModelWord? {
        guard let entry = catalogue.entry(named: name) else { return nil }
        return guarded.withLock { $0.state.phase(of: entry.id).word }
    }

    /// Whether a model is on its way: it is being loaded or downloaded.
    package func isComing(_ name: String) -> Bool {
        guard let entry = catalogue.entry(named: name) else { return false }
        return guarded.withLock { tables in
            switch tables.state.word(of: entry.id) {
            case .loading, .downloading, .downloaded: true
            case .unloaded, .loaded, .sleeping: false
            }
        }
    }

    /// The log of a model, by id or alias, over all its workers; nil if there is none of that name.
    package func logs(of name: String) -> ModelLog? {
        guard let entry = catalogue.entry(named: name) else { return nil }
        return guarded.withLock { $0.log(of: entry.id) }
    }

    /// The figures of all models, in the catalogue's order, and of the queue. Nothing is woken or kept awake by this.
    package func metrics() -> FleetMetrics {
        guarded.withLock { tables in
            FleetMetrics(
                models: tables.catalogue.entries.map { entry in
                    let phase = tables.state.phase(of: entry.id)
                    return FleetMetrics.Model(
                        id: entry.id,
                        word: tables.state.word(of: entry.id),
                        serves: phase.serves,
                        inFlight: phase.serving?.inFlight ?? 0,
                        waiting: tables.state.queue.requestCount(for: entry.id),
                        threads: tables.state.threads(of: entry.id),
                        memoryBytes: phase.memoryBytes,
                        counters: tables.state.models[entry.id]?.counters ?? ModelCounters()
                    )
                },
                waiting: tables.state.queue.requestCount,
                workers: tables.state.workers.count,
                modelsMax: settings.modelsMax,
                devices: tables.state.deviceStatus,
                queueMax: settings.queueMax
            )
        }
    }

    /// What is taken of each device's memory, and by what, as it was seen last.
    package var devices: [DeviceStatus] { guarded.withLock { $0.state.deviceStatus } }

    private func statuses(of entries: [ModelEntry]) -> [ModelStatus] {
        let now = time.now()
        let facts = guarded.withLock { tables in
            entries.map { entry in
                let phase = tables.state.phase(of: entry.id)
                let model = tables.state.models[entry.id]
                return (
                    phase: phase,
                    waiting: tables.state.queue.requestCount(for: entry.id),
                    backoff: model?.backoff,
                    download: model?.availability.download,
                    isPinned: model?.isPinned ?? entry.policy.pin,
                    timeToLive: model == nil ? entry.policy.ttl : model?.timeToLive,
                    lastUse: model?.lastUse,
                    lastMeasured: model?.lastMeasured,
                    footprint: model?.footprint,
                    isWanted: tables.state.queue.hasLoad(entry.id),
                    threads: tables.state.threads(of: entry.id),
                    log: phase.worker.flatMap { tables.records[$0]?.log }
                )
            }
        }
        return zip(entries, facts).map { entry, facts in
            let commandLine = launcher.commandLine(
                for: entry,
                arguments: entry.workerArguments,
                worker: facts.phase.worker
            )
            var status = ModelStatus(entry: entry, arguments: commandLine, waiting: facts.waiting)
            status.describe(facts.phase, isWanted: facts.isWanted, now: now)
            if let download = facts.download { status.describe(download) }
            status.isPinned = facts.isPinned
            status.timeToLive = facts.timeToLive
            status.lastMeasured = facts.lastMeasured
            status.footprint = facts.footprint
            status.lastUse =
                facts.phase.serving.map { $0.inFlight > 0 } == true ? .zero : facts.lastUse.map { now - $0 }
            status.retryIn = facts.backoff?.remaining(now: now)
            status.threads = facts.threads
            status.failedLoads = facts.backoff?.failures ?? 0
            status.log = facts.log?.tail() ?? []
            return status
        }
    }
}
