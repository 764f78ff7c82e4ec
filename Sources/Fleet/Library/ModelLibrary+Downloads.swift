// SPDX-License-Identifier: MIT

import Logging
import Synchronization

extension ModelLibrary {
    /// Begins to download a model; returns when the hub has said that it has it.
    ///
    /// - Parameter name: `user/repo` or `user/repo:tag`.
    /// - Throws: `invalidName`, `busy` for a model that is there or on its way, and what the hub says.
    package func download(_ name: String) async throws(HubError) {
        guard !name.isEmpty else { throw HubError(.invalidName, "model must be a non-empty string") }
        let reference = try HubReference(name)
        guard let hub else {
            throw HubError(.unavailable, "there is no folder to download to: neither HF_HOME nor HOME is set")
        }
        guard fleet.catalogue.entry(named: name) == nil, let number = state.withLock({ $0.board.begin(name) }) else {
            throw Self.exists(name)
        }
        let plan: HubPlan
        do throws(HubError) {
            plan = try await hub.resolve(reference)
            guard fleet.catalogue.entry(named: plan.modelID) == nil else { throw Self.exists(plan.modelID) }
        } catch {
            state.withLock { $0.board.end(number) }
            throw error
        }
        guard state.withLock({ $0.board.resolved(number, modelID: plan.modelID) }) else {
            throw Self.exists(plan.modelID)
        }
        logger.info("Download started", metadata: ["model": "\(plan.modelID)", "bytes": "\(plan.sizeBytes)"])
        publish(.downloadStarted(model: name))
        state.withLock { state in
            guard !state.isEnding else { return state.board.end(number) }
            // Unstructured: it outlives the request that began it. Ended by `unload`, `remove` and `shutdown`.
            state.tasks[number] = Task { await self.run(number, name, plan, hub) }
        }
    }

    /// Gives a download up and waits for its end.
    /// - Returns: false if nothing of that name is being downloaded.
    package func cancelDownload(_ name: String) async -> Bool {
        let found = state.withLock { state -> (task: Task<Void, Never>?, number: UInt64)? in
            guard let download = state.board.download(named: name), download.phase != .checking else { return nil }
            state.abandoned.insert(download.number)
            return (state.tasks[download.number], download.number)
        }
        guard let found else { return false }
        found.task?.cancel()
        await found.task?.value
        return true
    }

    /// Removes a model that was downloaded, or gives its download up.
    ///
    /// A worker that still runs keeps what it has mapped until it has ended.
    /// - Throws: `notFound`; `denied` for a model that is not from the cache; `disk`.
    package func remove(_ name: String) async throws(HubError) {
        guard !name.isEmpty else { throw HubError(.invalidName, "model must be a non-empty string") }
        if await cancelDownload(name) {
            if fleet.catalogue.entry(named: name) == nil { return publish(.modelRemoved(model: name)) }
        }
        let catalogue = fleet.catalogue
        guard let entry = catalogue.entry(named: name) else {
            throw HubError(.notFound, "model name=\(name) is not found")
        }
        guard entry.canRemove, let hub else {
            throw HubError(.denied, "model name=\(name) is not removable (not from cache)")
        }
        let remaining = catalogue.entries.filter { $0.id != entry.id }
        // It takes no new requests from here on, and its worker leaves.
        fleet.reload(catalogue: Catalogue(entries: remaining, notes: catalogue.notes))
        defer { logger.info("Model removed", metadata: ["model": "\(entry.id)"]) }
        do throws(HubError) {
            try await hub.onDisk { () throws(HubError) in
                try CacheRemoval(cache: hub.cache).remove(entry, remaining: remaining)
            }
        } catch {
            await reload()
            throw error
        }
        await reload()
        publish(.modelRemoved(model: entry.id))
    }

    private func run(_ number: UInt64, _ name: String, _ plan: HubPlan, _ hub: ModelHub) async {
        do throws(HubError) {
            try await hub.download(plan) { url, done, total in
                let progress = self.state.withLock { state in
                    state.board.note(number, url, done: done, total: total, now: self.time.now())
                }
                if let progress { self.publish(.downloadProgress(model: name, progress)) }
            }
        } catch {
            let (isAbandoned, isEnding) = state.withLock { ($0.abandoned.contains(number), $0.isEnding) }
            if isAbandoned {
                // A new task: this one is cancelled, and the disk would refuse.
                await Task { await hub.discardParts(of: plan) }.value
            }
            end(number)
            if isAbandoned {
                logger.info("Download cancelled", metadata: ["model": "\(plan.modelID)"])
            } else if !isEnding {
                logger.error("Download failed", metadata: ["model": "\(plan.modelID)", "reason": "\(error)"])
            }
            return publish(.downloadFailed(model: name, reason: error.message))
        }
        state.withLock { $0.board.finished(number) }
        await reload()
        end(number)
        logger.info("Download finished", metadata: ["model": "\(plan.modelID)"])
        publish(.downloadFinished(model: name))
    }

    private func end(_ number: UInt64) {
        state.withLock { state in
            state.board.end(number)
            state.tasks[number] = nil
            state.abandoned.remove(number)
        }
    }

    private static func exists(_ name: String) -> HubError {
        HubError(.busy, "model '\(name)' already exists")
    }
}
