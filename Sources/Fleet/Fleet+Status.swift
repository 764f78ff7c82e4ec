// SPDX-License-Identifier: MIT

import Synchronization

/// What there is to see of the models.
extension Fleet {
    /// All models that lists show, in the catalogue's order.
    package func models() -> [ModelStatus] {
        statuses(of: catalogue.entries.filter { !$0.isHidden })
    }

    /// One model, by id or alias; nil if there is none of that name.
    package func status(of name: String) -> ModelStatus? {
        catalogue.entry(named: name).flatMap { statuses(of: [$0]).first }
    }

    private func statuses(of entries: [ModelEntry]) -> [ModelStatus] {
        let now = time.now()
        let facts = guarded.withLock { tables in
            entries.map { entry in
                let phase = tables.state.phase(of: entry.id)
                return (
                    phase: phase,
                    waiting: tables.state.queue.requestCount(for: entry.id),
                    isWanted: tables.state.queue.hasLoad(entry.id),
                    log: phase.worker.flatMap { tables.records[$0]?.log }
                )
            }
        }
        return zip(entries, facts).map { entry, facts in
            let commandLine = launcher.commandLine(
                for: entry,
                arguments: settings.arguments(of: entry),
                worker: facts.phase.worker
            )
            var status = ModelStatus(entry: entry, arguments: commandLine, waiting: facts.waiting)
            status.describe(facts.phase, isWanted: facts.isWanted, now: now)
            status.log = facts.log?.tail() ?? []
            return status
        }
    }
}
