// SPDX-License-Identifier: MIT

package import Catalogue
package import Logging
import Synchronization
package import Wire

/// The models of this router and their workers: gives out leases, loads and unloads.
///
/// A locked shell around `FleetState`, which decides; this does what it says, outside the lock. What is done to
/// workers happens in the order in which it was decided; each thread gives the answers that its event brought at once.
package final class Fleet: Sendable {
    package typealias Completion = @Sendable (Result<Lease, FleetError>) -> Void
    /// Begins to download a model's files, and returns at once.
    package typealias Downloader = @Sendable (_ model: String, HubSelection) -> Void

    package let settings: FleetSettings
    /// What happens to models, for subscribers.
    package let events = FleetEvents()
    let launcher: any WorkerLauncher
    let probe: any WorkerProbe
    let logger: Logger
    package let time: FleetTime
    let guarded: Mutex<FleetTables>
    let deviceNotes = Mutex(DeviceNotes())
    /// What models take, across restarts; nil where that isn't kept.
    let footprints: FootprintFile?
    /// Downloads models whose files aren't there; nil: their loads fail.
    private let downloader = Mutex<Downloader?>(nil)

    package init(
        catalogue: Catalogue,
        settings: FleetSettings,
        launcher: any WorkerLauncher,
        probe: any WorkerProbe = HealthProbe(),
        footprints: FootprintFile? = nil,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.settings = settings
        self.launcher = launcher
        self.probe = probe
        self.footprints = footprints
        self.logger = logger
        time = FleetTime(clock)
        let models = Self.models(of: catalogue, settings)
        guarded = Mutex(FleetTables(state: FleetState(models: models, settings: settings), catalogue: catalogue))
        let known = knownFootprints(of: catalogue)
        guarded.withLock { $0.state.remember(known) }
    }

    // MARK: Requests

    /// Asks for a model. A model that is ready is granted before this returns, on the caller's thread.
    ///
    /// - Parameters:
    ///   - name: The model's id or one of its aliases.
    ///   - autoload: Whether an absent model is to be loaded; nil: as the settings say.
    ///   - isUse: Whether the request counts as a use of the model; a look at it neither makes it more recently used nor
    ///     keeps it from being unloaded after its `ttl`.
    ///   - completion: Is called exactly once, from any thread, possibly before this returns.
    /// - Returns: What `cancel` needs, or nil if the request was answered.
    package func lease(
        _ name: String,
        autoload: Bool? = nil,
        isUse: Bool = true,
        completion: @escaping Completion
    ) -> Ticket? {
        let autoload = autoload ?? settings.autoload
        let request = FleetTables.Request(completion: completion, isUse: isUse)
        func ask(_ model: String, _ tables: inout FleetTables) -> (Ticket, FleetTables.Work) {
            let (ticket, actions) = tables.state.request(model, autoload: autoload, isUse: isUse, now: time.now())
            return (ticket, tables.absorb(actions, of: (ticket, request)))
        }
        // Nearly every request has the name as it is; what else it may stand for is looked up outside the lock.
        var asked = guarded.withLock { tables in tables.catalogue.id(exactly: name).map { ask($0, &tables) } }
        if asked == nil, let entry = catalogue.entry(named: name) {
            asked = guarded.withLock { ask(entry.id, &$0) }
        }
        guard let (ticket, work) = asked else {
            completion(.failure(.unknownModel(name)))
            return nil
        }
        perform(work)
        return work.waits ? ticket : nil
    }

    /// Drops a request that waits: its completion gets an error, unless it was called before.
    package func cancel(_ ticket: Ticket) {
        handle { state, now in state.cancel(ticket, now: now) }
    }

    func leaseEnded(_ worker: WorkerID, isUse: Bool) {
        handle { state, now in state.leaseEnded(worker, isUse: isUse, now: now) }
    }

    // MARK: Loading and unloading by name

    /// Starts to load the models whose policy says so; returns before they are ready.
    /// - Throws: `limitReached` where more are pinned, or loaded at the start, than may live at once or than memory has room for.
    package func start() throws(FleetError) {
        try handle { state, now throws(FleetError) in try state.start(now: now) }
        launcher.prepare()
    }

    /// Starts to load a model; returns before it is ready.
    /// - Throws: `notFound`, `unusable`, `alreadyRunning`, `limitReached`, `shuttingDown`.
    package func load(_ name: String) throws(FleetError) {
        guard let entry = catalogue.entry(named: name) else { throw .notFound }
        try handle { state, now throws(FleetError) in try state.load(entry.id, now: now) }
    }

    /// Starts to stop a model. It takes no new requests; those in flight may finish within the stop timeout.
    /// - Throws: `unknownModel`, `notRunning`.
    package func unload(_ name: String) throws(FleetError) {
        guard let entry = catalogue.entry(named: name) else { throw .unloadUnknown }
        try handle { state, now throws(FleetError) in try state.unload(entry.id, now: now) }
    }

    /// Says how long a model stays after its last request, as a request has it.
    /// - Throws: `unknownModel`.
    package func keep(_ name: String, _ time: KeepAlive) throws(FleetError) {
        guard let entry = catalogue.entry(named: name) else { throw .unknownModel(name) }
        handle { state, now in state.keep(entry.id, time, now: now) }
    }

    /// Pins a model, or takes the pin away, until the router ends.
    /// - Throws: `notFound`, `limitReached`.
    package func pin(_ name: String, _ isPinned: Bool) throws(FleetError) {
        guard let entry = catalogue.entry(named: name) else { throw .notFound }
        try handle { state, now throws(FleetError) in try state.pin(entry.id, isPinned, now: now) }
        if let word = word(of: entry.id) { events.publish(.changed(model: entry.id, word)) }
    }

    // MARK: Downloads

    /// Sets what downloads models whose files aren't there; without it their loads fail.
    package func setDownloader(_ downloader: @escaping Downloader) {
        self.downloader.withLock { $0 = downloader }
    }

    /// Part of a model's files has come.
    /// - Parameter progress: From 0 to 1.
    package func downloadProgressed(_ model: String, progress: Double) {
        handle { state, _ in state.downloadProgressed(model, progress: progress) }
    }

    /// A download is over; `reason` says why the model still isn't there, if it isn't.
    package func downloadEnded(_ model: String, reason: String) {
        handle { state, now in state.downloadEnded(model, reason: reason, now: now) }
    }

    /// A user has given a download up.
    package func downloadAbandoned(_ model: String) {
        handle { state, now in state.downloadAbandoned(model, now: now) }
    }

    func download(_ model: String) {
        guard case .remote(let selection) = catalogue.entry(named: model)?.files,
            let downloader = downloader.withLock({ $0 })
        else { return downloadEnded(model, reason: "this router has no way to download it") }
        downloader(model, selection)
    }

    // MARK: The one door to the state

    /// Tells the state of an event and does what it says.
    func handle<E>(_ event: (inout FleetState, Duration) throws(E) -> [FleetAction]) throws(E) {
        let work = try guarded.withLock { tables throws(E) in
            tables.absorb(try event(&tables.state, time.now()))
        }
        perform(work)
    }

    func perform(_ work: FleetTables.Work) {
        for answer in work.answers { tell(answer) }
        guard work.hasOrders else { return }
        // One thread at a time carries orders out, so that a worker's launch precedes its end.
        while let orders = guarded.withLock({ $0.takeOrders() }) {
            for order in orders { carryOut(order) }
            guarded.withLock { $0.isCarryingOut = false }
        }
    }

    private func tell(_ answer: FleetTables.Answer) {
        switch answer.outcome {
        case .granted(let record, let endpoint):
            let lease = Lease(endpoint: endpoint, record: record, isUse: answer.request.isUse, fleet: self)
            answer.request.completion(.success(lease))
        case .rejected(let error):
            answer.request.completion(.failure(error))
        }
    }
}
