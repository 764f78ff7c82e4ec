// SPDX-License-Identifier: MIT

/// Who leaves when a model needs a place. Pure: the same candidates give the same victims.
package enum Eviction {
    /// When a candidate's turn to leave comes: before those that are greater.
    package enum Turn: Sendable, Comparable {
        /// An idle model leaves at once: the one that is worth least first, then the one that was used least recently.
        /// Where the number of models is what limits, all are worth the same.
        case idle(worth: Double, since: Duration)
        /// A model that drains already goes on to; 0 if it does so for whom the place is needed, 1 if for others.
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
        /// What its end gives back.
        package let places: Places

        package init(model: String, worker: WorkerID, turn: Turn, worth: Double = 0, places: Places) {
            self.model = model
            self.worker = worker
            self.turn = turn
            self.worth = worth
            self.places = places
        }
    }

    /// The smallest sufficient set: idle models before busy ones, the least recently used first, or, where bytes
    /// are what limits, those first that are worth least (rules 4 to 6, 11).
    ///
    /// - Parameters:
    ///   - candidates: The models that may leave, in any order.
    ///   - need: What the waiting model takes.
    ///   - room: What is free or being freed, and promised to nobody.
    /// - Returns: The victims, or nil if all candidates together don't make enough room: then none may leave.
    package static func victims(among candidates: [Candidate], need: Places, room: Places) -> [Candidate]? {
        var candidates = candidates
        if !need.fitsBytes(room) {
            for (index, candidate) in candidates.enumerated() {
                guard case .idle(_, let since) = candidate.turn else { continue }
                candidates[index].turn = .idle(worth: candidate.worth, since: since)
            }
        }
        var room = room
        var chosen: [Candidate] = []
        for candidate in candidates.sorted(by: leavesBefore) where !need.fits(room) {
            chosen.append(candidate)
            room += candidate.places
        }
        guard need.fits(room) else { return nil }
        // The one that was used last is the first to be put back, if the others turn out to be enough.
        for candidate in chosen.reversed() where need.fits(room - candidate.places) {
            room -= candidate.places
            chosen.removeAll { $0.worker == candidate.worker }
        }
        return chosen
    }

    /// By their turns; equal ones in the order in which they were started.
    private static func leavesBefore(_ left: Candidate, _ right: Candidate) -> Bool {
        (left.turn, left.worker) < (right.turn, right.worker)
    }
}
