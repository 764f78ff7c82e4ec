// SPDX-License-Identifier: MIT

import Fleet
import Logging

extension ModelLibrary {
    /// Begins to notice changes; what happens from here on is seen by `watch`.
    package static func beginWatch(_ paths: WatchedPaths) -> any FileWatch {
        let watch = FileWatches.make()
        watch.watch(paths.directories())
        return watch
    }

    /// Reloads whenever the watched paths have changed and are quiet again; returns when its task is cancelled.
    /// - Parameters:
    ///   - paths: what to watch.
    ///   - watch: what notices.
    ///   - quiet: how long nothing may have changed.
    ///   - patience: how long to wait for that at most.
    package func watch(
        _ paths: WatchedPaths,
        by watch: any FileWatch,
        quiet: Duration = .milliseconds(300),
        patience: Duration = .seconds(3)
    ) async {
        watch.watch(paths.directories())
        await withTaskCancellationHandler {
            for await _ in watch.changes {
                let deadline = time.now() + patience
                var count: Int
                repeat {
                    count = watch.count
                    do { try await time.sleep(min(time.now() + quiet, deadline)) } catch { return }
                } while watch.count != count && time.now() < deadline
                // First the watch, then the look: what changes in between is seen by one of them.
                watch.watch(paths.directories())
                logger.debug("Models have changed on disk")
                await reload()
            }
        } onCancel: {
            watch.stop()
        }
    }
}
