// SPDX-License-Identifier: MIT

/// What one round of scheduling has to give away, and what is left of it.
struct SchedulingRound {
    /// What no process takes.
    var free: Places
    /// What is free or being freed, less what was promised to older entries (rules 2 and 3). What drains for an entry
    /// counts once that entry has claimed it.
    var room: Places
    /// The files that live workers have mapped; `free` is without their pages.
    var mapped = MappedFiles()
    /// The files that workers which stay have mapped; `room` is without their pages.
    var staying = MappedFiles()
    /// The idle models, which may leave at once (rule 4).
    var idle: [Eviction.Candidate] = []
    /// The models that drain for another and that no entry has claimed in this round; oldest worker first.
    var drains: [String] = []
    /// When the next busy model has had its quantum.
    var nextDrain: Duration?

    init(_ state: FleetState) {
        free = state.limit
        var leaving: [Holding] = []
        for (worker, name) in state.workers.sorted(by: { $0.key < $1.key }) {
            guard let model = state.models[name] else { continue }
            let holding = state.holding(of: name)
            free -= mapped.add(holding)
            switch model.phase {
            case .draining(let draining) where draining.beneficiary != nil:
                drains.append(name)
            case .draining, .stopping:
                leaving.append(holding)
            case .ready(let ready):
                guard let since = ready.idleSince, !model.isPinned, !state.queue.has(name) else { continue }
                let worth = model.popularity.worth
                idle.append(
                    .init(
                        model: name,
                        worker: worker,
                        turn: .idle(worth: 0, since: since),
                        worth: worth,
                        holding: holding
                    )
                )
            case .absent, .loading:
                break
            }
        }
        room = free
        staying = mapped
        for holding in leaving { room += staying.remove(holding) }
        // What a driver is slow to give back is promised, and not there.
        free -= Places(models: 0, bytes: state.books.lag)
    }

    /// The models that have to leave for another; nil where all of them wouldn't be enough.
    func victims(among candidates: [Eviction.Candidate], for need: Holding) -> [Eviction.Candidate]? {
        Eviction.victims(among: candidates, need: need, room: room, files: staying)
    }
}
