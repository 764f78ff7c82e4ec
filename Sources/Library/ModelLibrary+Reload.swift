// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Logging
import NIOPosix
import Synchronization

extension ModelLibrary {
    /// Looks into all sources and lets the fleet take over what changed. Returns when that is done.
    ///
    /// Where a source can't be read the fleet keeps what it has; ``problem`` says why, and so do the log and an event.
    package func reload() async {
        let task = state.withLock { state in
            state.reload.join { previous in
                // Unstructured: it stands for the wishes of several callers.
                Task {
                    await previous?.value
                    self.state.withLock { $0.reload.begin() }
                    await self.reloadNow()
                }
            }
        }
        await task.value
    }

    private func reloadNow() async {
        let problem: String?
        do {
            let earlier = fleet.catalogue
            let catalogue = try await NIOThreadPool.singleton.runIfActive { [scan] in try scan().keeping(earlier) }
            for note in catalogue.notes where note.hidesModels && !earlier.notes.contains(note) {
                logger.warning("Models not found", metadata: ["path": "\(note.path)", "reason": "\(note.message)"])
            }
            let changed = fleet.reload(catalogue: catalogue)
            logger.info(
                "Models reloaded",
                metadata: ["count": "\(catalogue.entries.count)", "changed": "\(changed.joined(separator: " "))"]
            )
            problem = nil
        } catch {
            problem = "\(error)"
            logger.error("Models not reloaded, the last ones are kept", metadata: ["reason": "\(error)"])
        }
        state.withLock { $0.problem = problem }
        publish(.modelsReloaded(problem: problem))
    }
}
