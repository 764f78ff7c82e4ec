// SPDX-License-Identifier: MIT

package import Catalogue
import Fleet
import Logging
import Platform
import Synchronization
import Wire

extension ModelLibrary {
    /// Begins to download a model; returns when the hub has said that it has it, and that there is room.
    ///
    /// A model that is there needs no hub if its name is complete. If the name leaves the choice to the hub and the hub
    /// can't be reached, the one that is there counts.
    /// - Parameter name: `user/repo` or `user/repo:tag`.
    /// - Returns: the id of the model that is there already; nil if a download has begun.
    /// - Throws: `invalidName`, `busy` for a model that is on its way, `disk`, and what the hub says.
    package func download(_ name: String) async throws(HubError) -> String? {
        guard !name.isEmpty else { throw HubError(.invalidName, "model must be a non-empty string") }
        let reference = try HubReference(name)
        if let entry = fleet.catalogue.hubEntry(reference), entry.files == .present { return entry.id }
        guard let hub else { throw Self.noCache }
        guard let number = state.withLock({ $0.board.begin(name) }) else { throw Self.exists(name) }
        let plan: HubPlan
        do throws(HubError) {
            plan = try await hub.resolve(HubSelection(reference))
            let known = HubReference(repository: plan.reference.repository, tag: plan.choice.tag)
            if let entry = fleet.catalogue.hubEntry(known), entry.files == .present {
                end(number, reason: "it is there")
                return entry.id
            }
            try await hub.checkRoom(for: plan)
        } catch {
            end(number, reason: error.message)
            if error.isUnreachable, let entry = fleet.catalogue.entry(named: name), entry.files == .present {
                return entry.id
            }
            throw error
        }
        guard state.withLock({ $0.board.resolved(number, modelID: plan.modelID) }) else {
            throw Self.exists(plan.modelID)
        }
        publish(number) { .downloadStarted(model: $0) }
        begin(number) { await self.run(number, plan, hub: hub) }
        return nil
    }

    /// Begins to download what a model of the catalogue needs, or joins a download that brings it.
    func fetch(_ model: String, _ selection: HubSelection) {
        guard let hub = hub?.with(token: selection.token) else {
            return fleet.downloadEnded(model, reason: Self.noCache.message)
        }
        let number = state.withLock { $0.board.join(model, selection) }
        publish(.downloadStarted(model: model))
        guard let number else { return }
        begin(number) {
            let plan: HubPlan
            var draft: HubPlan?
            do throws(HubError) {
                plan = try await hub.resolve(selection)
                if let wanted = selection.draft { draft = try await hub.resolve(wanted.selection()) }
            } catch {
                return await self.failed(number, error, plans: [], hub)
            }
            guard self.state.withLock({ $0.board.resolved(number, modelID: plan.modelID) }) else {
                return self.state.withLock { $0.tasks[number] = nil }
            }
            await self.run(number, plan, draft: draft, hub: hub)
        }
    }

    /// Gives a download up and waits for its end. One that others need too goes on.
    /// - Parameter keepsParts: whether what has arrived stays, so that the next download goes on from there.
    /// - Returns: false if nothing of that name is being downloaded.
    package func cancelDownload(_ name: String, keepsParts: Bool = false) async -> Bool {
        enum Found {
            case shared
            case own(Task<Void, Never>)
        }
        let found = state.withLock { state -> Found? in
            guard let download = state.board.download(named: name), let task = state.tasks[download.number] else {
                return nil
            }
            if download.names.count > 1, download.followers.contains(name) {
                state.board.leave(name)
                return .shared
            }
            state.abandoned.insert(download.number)
            if keepsParts { state.interrupted.insert(download.number) }
            return .own(task)
        }
        switch found {
        case nil: return false
        case .shared: fleet.downloadAbandoned(name)
        case .own(let task):
            task.cancel()
            await task.value
        }
        return true
    }

    /// Removes a model that was downloaded, or that a client has made, or gives its download up.
    ///
    /// A worker that still runs keeps what it has mapped until it has ended. A preset's section that serves the same file
    /// doesn't keep it: it will have to be downloaded again.
    /// - Throws: `notFound`; `denied` for a model that is not from the cache; `disk`.
    package func remove(_ name: String) async throws(HubError) {
        guard !name.isEmpty else { throw HubError(.invalidName, "model must be a non-empty string") }
        if await cancelDownload(name) {
            let entry = fleet.catalogue.entry(named: name)
            if entry == nil { publish(.modelRemoved(model: name)) }
            if entry?.canRemove != true { return }
        }
        let catalogue = fleet.catalogue
        // Only what a name says for certain is removed: the one without a tag may stand for another model tomorrow.
        guard let entry = catalogue.entry(named: name), entry.id == name || !entry.canRemove else {
            throw HubError(.notFound, "model name=\(name) is not found")
        }
        if entry.source == .created { return try await removeCreated(entry.id) }
        guard entry.canRemove, let hub else {
            throw HubError(.denied, "model name=\(name) is not removable (not from cache)")
        }
        let remaining = catalogue.entries.filter { $0.id != entry.id }
        // It takes no new requests from here on, and its worker leaves.
        fleet.reload(catalogue: Catalogue(entries: remaining, notes: catalogue.notes))
        defer { logger.info("Model removed", metadata: ["model": "\(entry.id)"]) }
        do throws(HubError) {
            try await hub.onDisk { () throws(HubError) in
                try CacheRemoval(cache: hub.cache).remove(entry, remaining: remaining.filter { $0.source == .cache })
            }
        } catch {
            await reload()
            throw error
        }
        await reload()
        publish(.modelRemoved(model: entry.id))
    }

    /// Lets a task carry a download out.
    private func begin(_ number: UInt64, _ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard !state.isEnding else { return state.board.end(number) }
            // Unstructured: it outlives the request that began it. Ended by `unload`, `remove` and `shutdown`.
            state.tasks[number] = Task { await work() }
        }
    }

    /// - Parameter draft: comes first, so that the model isn't there without it.
    private func run(_ number: UInt64, _ plan: HubPlan, draft: HubPlan? = nil, hub: ModelHub) async {
        let plans = [draft, plan].compactMap { $0 }
        let sizeBytes = plans.reduce(UInt64(0)) { $0.addingSaturating($1.sizeBytes) }
        logger.info("Download started", metadata: ["model": "\(plan.modelID)", "bytes": "\(sizeBytes)"])
        do throws(HubError) {
            let report: ModelHub.Report = { url, done, total in
                let (progress, followers) = self.state.withLock { state in
                    let progress = state.board.note(number, url, done: done, total: total, now: self.time.now())
                    return (progress, state.board.download(number)?.followers ?? [])
                }
                guard let progress else { return }
                for model in followers {
                    self.fleet.downloadProgressed(
                        model,
                        progress: Double(progress.sum.done) / Double(max(1, sizeBytes))
                    )
                }
                self.publish(number) { .downloadProgress(model: $0, progress) }
            }
            for part in plans { try await hub.download(part, report: report) }
        } catch {
            return await failed(number, error, plans: plans, hub)
        }
        let finished = state.withLock { state in
            state.board.finished(number)
            return state.board.download(number)
        }
        // Models that need it are loaded by the reload; a model of its own comes up with it.
        for model in finished?.followers ?? [] { publish(.downloadFinished(model: model)) }
        await reload()
        logger.info("Download finished", metadata: ["model": "\(plan.modelID)"])
        if let finished, finished.isListed { publish(.downloadFinished(model: finished.name)) }
        let reason = problem.map { "the models could not be read again: \($0)" } ?? "it is not what was looked for"
        end(number, reason: "'\(plan.modelID)' was downloaded, but \(reason)")
    }

    private func failed(_ number: UInt64, _ error: HubError, plans: [HubPlan], _ hub: ModelHub) async {
        let (isAbandoned, keepsParts, isEnding, name) = state.withLock { state in
            (
                state.abandoned.contains(number), state.interrupted.contains(number), state.isEnding,
                state.board.download(number)?.name ?? ""
            )
        }
        if isAbandoned, !keepsParts {
            // New tasks: this one is cancelled, and the disk would refuse.
            for plan in plans { await Task { await hub.discardParts(of: plan) }.value }
        }
        let model = plans.last?.modelID ?? name
        if isAbandoned {
            logger.info("Download cancelled", metadata: ["model": "\(model)"])
        } else if !isEnding {
            logger.error("Download failed", metadata: ["model": "\(model)", "reason": "\(error)"])
        }
        let names = state.withLock { $0.board.download(number)?.names ?? [] }
        end(number, reason: error.message)
        for name in names { publish(.downloadFailed(model: name, reason: error.message)) }
    }

    /// A download is over; the models that needed it, and aren't there all the same, hear why.
    private func end(_ number: UInt64, reason: String) {
        let (followers, isAbandoned) = state.withLock { state in
            defer {
                state.board.end(number)
                state.tasks[number] = nil
                state.interrupted.remove(number)
            }
            return (state.board.download(number)?.followers ?? [], state.abandoned.remove(number) != nil)
        }
        for model in followers {
            if isAbandoned { fleet.downloadAbandoned(model) } else { fleet.downloadEnded(model, reason: reason) }
        }
    }

    private func publish(_ number: UInt64, _ event: (String) -> LibraryEvent) {
        for name in state.withLock({ $0.board.download(number)?.names ?? [] }) { publish(event(name)) }
    }

    private static func exists(_ name: String) -> HubError {
        HubError(.busy, "model '\(name)' already exists")
    }

    private static let noCache = HubError(
        .unavailable,
        "there is no folder to download to: none of LLAMA_CACHE, HF_HOME and HOME is set"
    )
}
