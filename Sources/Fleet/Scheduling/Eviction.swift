// SPDX-License-Identifier: MIT

/// Who leaves when a model needs a place. Pure: the same idle models give the same victims.
package enum Eviction {
    /// An idle model.
    package struct Candidate: Sendable, Equatable {
        package let model: String
        package let worker: WorkerID
        /// When it became idle.
        package let idleSince: Duration
        /// What its end gives back.
        package let places: Places

        package init(model: String, worker: WorkerID, idleSince: Duration, places: Places) {
            self.model = model
            self.worker = worker
            self.idleSince = idleSince
            self.places = places
        }
    }

    /// The smallest sufficient set, least recently used first (rules 5 and 9).
    ///
    /// - Parameters:
    ///   - candidates: The models that are idle, in any order.
    ///   - need: What the waiting model takes.
    ///   - room: What is free or being freed, and promised to nobody.
    /// - Returns: The victims, or nil if all candidates together don't make enough room: then none may leave.
    package static func victims(among candidates: [Candidate], need: Places, room: Places) -> [Candidate]? {
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

    /// Least recently used first; equally old ones in the order in which they were started.
    private static func leavesBefore(_ left: Candidate, _ right: Candidate) -> Bool {
        (left.idleSince, left.worker) < (right.idleSince, right.worker)
    }
}
