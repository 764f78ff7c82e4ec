// SPDX-License-Identifier: MIT

package import Catalogue
package import Fleet
package import Logging
import Synchronization

/// Keeps the fleet's models in step with where they come from: looks into the sources, downloads and removes.
package final class ModelLibrary: Sendable {
    /// Looks into all sources, presets among them. Blocks its caller.
    package typealias Scan = @Sendable () throws -> Catalogue
    package typealias Observer = @Sendable (LibraryEvent) -> Void

    struct State {
        var board = DownloadBoard()
        /// What carries out the downloads, by their numbers.
        var tasks: [UInt64: Task<Void, Never>] = [:]
        /// Those that the user has given up, so that their parts go.
        var abandoned: Set<UInt64> = []
        /// Of those that were abandoned, the ones whose parts stay for another time.
        var interrupted: Set<UInt64> = []
        var observers: [Observer] = []
        /// Why the sources as they are now were not taken over.
        var problem: String?
        var reload: ReloadQueue = .init()
        var isEnding = false
    }

    package let fleet: Fleet
    let hub: ModelHub?
    /// Where the models are that clients make; nil where they make none.
    package let created: CreatedModels?
    let scan: Scan
    let logger: Logger
    let time: FleetTime
    let state = Mutex(State())

    /// - Parameters:
    ///   - hub: where downloads come from and go to; nil where there is no cache.
    ///   - created: where the models are that clients make; nil where they make none.
    ///   - scan: looks into all sources, those models among them.
    package init(
        fleet: Fleet,
        hub: ModelHub?,
        created: CreatedModels? = nil,
        logger: Logger,
        scan: @escaping Scan
    ) {
        self.fleet = fleet
        self.hub = hub
        self.created = created
        self.scan = scan
        self.logger = logger
        time = fleet.time
        fleet.setDownloader { [weak self] model, selection in self?.fetch(model, selection) }
    }

    /// Tells an observer of all events from now on; from any thread, and never two events of one download at once.
    package func observe(_ observer: @escaping Observer) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Why the sources as they are now were not taken over; nil if they were.
    package var problem: String? { state.withLock { $0.problem } }

    /// The models that are being downloaded, as they stand in the list.
    package func downloads() -> [ModelStatus] {
        state.withLock { $0.board.downloads }.filter(\.isListed).compactMap { download in
            let entry = ModelEntry(id: download.name, source: .cache, path: "")
            var status = ModelStatus(entry: entry, arguments: [], waiting: 0)
            switch download.phase {
            case .checking: return nil
            case .downloading(let progress):
                let sum = progress.sum
                status.word = .downloading
                status.transfer = (sum.done, sum.total)
                status.progress = sum.total > 0 ? Double(sum.done) / Double(sum.total) : 0
            case .downloaded:
                status.word = .downloaded
            }
            return status
        }
    }

    /// The names under which observers hear of the download that a name stands for: it may have been begun under another one. Nil
    /// where there is none.
    package func downloadNames(for name: String) -> Set<String>? {
        state.withLock { $0.board.download(named: name) }.map { Set($0.names) }
    }

    /// Stops all downloads; what they have stays for the next time.
    package func shutdown() async {
        let tasks = state.withLock { state in
            state.isEnding = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    func publish(_ event: LibraryEvent) {
        for observer in state.withLock({ $0.observers }) { observer(event) }
    }
}
