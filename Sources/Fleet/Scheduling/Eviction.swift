// SPDX-License-Identifier: MIT

/// Chooses the models that leave when another needs a place. Pure: the same candidates give the same victims.
package enum Eviction {
    /// When a candidate's turn to leave comes: before those that are greater.
    package enum Turn: Sendable, Comparable {
        /// An idle model leaves at once: the one that is worth least first, then the one that was used least recently.
        /// Where the number of models is what limits, all are worth the same.
        case idle(worth: Double, since: Duration)
        /// A model that drains already keeps draining: 0 if it drains for this waiter, 1 if for another.
        case draining(forOthers: Int)
        /// A busy model that has had its quantum drains; the one that has been ready longest first.
        case busy(readySince: Duration)
    }

    /// A model that may have to leave.
    package struct Candidate: Sendable, Equatable {
        package let model: String
        package let worker: WorkerID
        package var turn: Turn
        /// What it is worth to keep it, where bytes are what limits.
        package let worth: Double
        /// What its end gives back; the pages of its file only where it is the last one that has them.
        package let holding: Holding

        package init(model: String, worker: WorkerID, turn: Turn, worth: Double = 0, holding: Holding) {
            self.model = model
            self.worker = worker
            self.turn = turn
            self.worth = worth
            self.holding = holding
        }
    }

    /// The smallest sufficient set: idle models before busy ones, the least recently used first, or, where bytes
    /// are what limits, those first that are worth least (rules 4 to 6, 11).
    ///
    /// - Parameters:
    ///   - candidates: The models that may leave, in any order.
    ///   - need: What the waiting model takes.
    ///   - room: What is free or being freed, less what is promised.
    ///   - files: What the models that stay have mapped; the room is without those pages.
    /// - Returns: The victims, or nil if all candidates together don't make enough room: then none may leave.
    package static func victims(
        among candidates: [Candidate],
        need: Holding,
        room: Places,
        files: MappedFiles = MappedFiles()
    ) -> [Candidate]? {
        /// Whether the need fits once these have left. Its file's pages cost nothing as long as one stays that has them.
        func isEnough(_ chosen: [Candidate]) -> Bool {
            var (room, files) = (room, files)
            for candidate in chosen { room += files.remove(candidate.holding) }
            return files.cost(of: need).fits(room)
        }
        var candidates = candidates
        if !files.cost(of: need).fitsBytes(room) {
            for (index, candidate) in candidates.enumerated() {
                guard case .idle(_, let since) = candidate.turn else { continue }
                candidates[index].turn = .idle(worth: candidate.worth, since: since)
            }
        }
        var chosen: [Candidate] = []
        for candidate in candidates.sorted(by: leavesBefore) where !isEnough(chosen) { chosen.append(candidate) }
        guard isEnough(chosen) else { return nil }
        // The one that was used last is the first to be put back, if the others turn out to be enough.
        for candidate in chosen.reversed() {
            let others = chosen.filter { $0.worker != candidate.worker }
            if isEnough(others) { chosen = others }
        }
        return chosen
    }

    /// By their turns; equal ones in the order in which they were started.
    private static func leavesBefore(_ left: Candidate, _ right: Candidate) -> Bool {
        (left.turn, left.worker) < (right.turn, right.worker)
    }
}
