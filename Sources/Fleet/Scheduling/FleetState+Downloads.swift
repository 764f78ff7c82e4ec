// SPDX-License-Identifier: MIT

/// Models whose files have to be downloaded before a worker can be started. Their requests wait meanwhile.
extension FleetState {
    /// Whether the model's files are there. If not, this begins to download them.
    mutating func isPresent(_ name: String) -> Bool {
        switch models[name]?.availability {
        case .remote:
            let isLoadWanted = takeLoadWish(for: name)
            models[name]?.availability = .downloading(.init(isLoadWanted: isLoadWanted))
            emit(.download(model: name))
            return false
        case .downloading(var download):
            guard takeLoadWish(for: name) else { return false }
            download.isLoadWanted = true
            models[name]?.availability = .downloading(download)
            return false
        case .present, .unusable, nil:
            return true
        }
    }

    /// Part of a model's files has come.
    /// - Parameter progress: From 0 to 1.
    package mutating func downloadProgressed(_ name: String, progress: Double) -> [FleetAction] {
        guard case .downloading(var download) = models[name]?.availability else { return [] }
        download.progress = progress
        models[name]?.availability = .downloading(download)
        return []
    }

    /// A download is over. If it has succeeded, a reload has said so before, and this changes nothing.
    /// - Parameter reason: Why the model isn't there, as a sentence without a full stop.
    package mutating func downloadEnded(_ name: String, reason: String, now: Duration) -> [FleetAction] {
        guard case .downloading = models[name]?.availability else { return [] }
        models[name]?.availability = .remote
        let failure = ModelFailure(reason: reason)
        if phase(of: name).worker == nil { models[name]?.phase = .absent(failure: failure) }
        failLoad(name, failure, now: now)
        schedule(now: now)
        return takeActions()
    }

    /// A user gives a download up.
    package mutating func downloadAbandoned(_ name: String, now: Duration) -> [FleetAction] {
        guard case .downloading = models[name]?.availability else { return [] }
        models[name]?.availability = .remote
        reject(queue.removeAll(for: name), .notRunning(name, "its download was given up"))
        schedule(now: now)
        return takeActions()
    }

    /// Takes over what a new catalogue says of a model's files.
    /// - Parameter isOther: Whether it speaks of other files than before.
    mutating func update(_ name: String, to availability: ModelAvailability, isOther: Bool, now: Duration) {
        guard let download = models[name]?.availability.download else {
            models[name]?.availability = availability
            return
        }
        if availability == .remote, !isOther { return }
        models[name]?.availability = availability
        guard download.isLoadWanted, !queue.hasLoad(name) else { return }
        queue.append(.init(ticket: nextTicket(), since: now, kind: .load), for: name)
        noteDeadline()
    }

    /// A wish to load the model isn't bound to the time that requests may wait: the download keeps it.
    private mutating func takeLoadWish(for name: String) -> Bool {
        !queue.removeAll(for: name) { $0.kind == .load }.isEmpty
    }

    /// A model's status in llama-server's words.
    package func word(of name: String) -> ModelWord {
        let phase = phase(of: name)
        return phase.worker == nil && models[name]?.availability.download != nil ? .downloading : phase.word
    }
}
