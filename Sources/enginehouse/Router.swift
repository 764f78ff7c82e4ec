// SPDX-License-Identifier: MIT

import Catalogue
import Console
import Essentials
import Fleet
import Gateway
import Library
import Logging
import StateStore
import Wire

/// Puts the parts of a server together.
enum Router {
    /// Runs a router until it is asked to stop.
    /// - Parameter seat: what it is for; nil for a program of its own, which says on standard output where it listens.
    /// - Throws: what keeps it from starting: a missing directory, an address in use.
    static func run(
        _ settings: RouterSettings,
        logger: Logger,
        errors: LineWriter,
        seat: RouterSeat? = nil
    ) async throws {
        let sources = settings.sources
        let scan: ModelLibrary.Scan = {
            var presets = try settings.presets.read()
            if let created = sources.created { presets.add(try created.read()) }
            for warning in presets.warnings {
                logger.warning("Preset file", metadata: ["place": "\(warning.place)", "reason": "\(warning.message)"])
            }
            let catalogue = try sources.catalogue.catalogue()
                .configured(
                    presets: presets,
                    router: settings.options,
                    scan: sources.catalogue.scan,
                    endpoint: sources.hub.endpoint,
                    cached: sources.catalogue.cached
                )
            for entry in catalogue.entries where [.preset, .created].contains(entry.source) {
                guard let problem = entry.problem else { continue }
                logger.warning(
                    "A preset's model cannot be loaded",
                    metadata: ["model": "\(entry.id)", "reason": "\(problem)"]
                )
            }
            return catalogue
        }
        if let place = settings.options.place(of: \.alias) {
            logger.warning(
                "Options",
                metadata: ["place": "\(place)", "reason": "an alias needs -m, -hf or a preset's section"]
            )
        }
        let catalogue = try scan()
        for note in catalogue.notes {
            let facts: Logger.Metadata = ["path": "\(note.path)", "reason": "\(note.message)"]
            if note.hidesModels {
                logger.warning("Models not found", metadata: facts)
            } else {
                logger.notice("Left out of the models", metadata: facts)
            }
        }
        let fleet = try makeFleet(catalogue, settings, logger: logger, errors: errors)
        logger.info("Models found", metadata: ["count": "\(catalogue.entries.count)"])
        let library = ModelLibrary(
            fleet: fleet,
            hub: try sources.makeHub(logger: logger),
            created: sources.created,
            logger: logger,
            scan: scan
        )
        library.observe { fleet.events.publish(.library($0)) }
        try fleet.start()
        let advice = catalogue.entries.isEmpty ? firstSteps(settings, fleet) : nil
        try await RouterRun(
            settings: settings,
            fleet: fleet,
            library: library,
            logger: logger,
            seat: seat ?? .announcing(advice)
        ).run()
    }

    /// What is printed where there are no models yet.
    private static func firstSteps(_ settings: RouterSettings, _ fleet: Fleet) -> @Sendable (String) -> String {
        { address in
            var steps = FirstSteps(address: address)
            steps.prefix = settings.gateway.relay.apiPrefix
            steps.hasPage = settings.gateway.servesPage && !address.hasPrefix("unix:")
            steps.isOffline = settings.options.offline
            steps.folder = settings.options.list(\.modelsDir).first
            steps.picks = SuggestedModels.picks(fleet.room)
            steps.hasDemo = DemoModels.folder(among: DemoModels.folders(program: OwnProgram.directory)) != nil
            return steps.text
        }
    }

    /// Runs a server of one model until it is asked to stop, or the model can't be loaded for the first time.
    /// - Throws: what keeps it from starting.
    static func run(
        _ settings: RouterSettings,
        model: SingleModel,
        logger: Logger,
        errors: LineWriter
    ) async throws {
        let catalogue = try model.catalogue(settings.options, scan: settings.sources.catalogue.scan)
        if let problem = catalogue.entries.first?.problem {
            throw StartFailure(message: "\(model.path) cannot be served: \(problem)")
        }
        var settings = settings
        settings.gateway.onlyModel = model.id
        settings.fleet.modelsMax = 1
        settings.fleet.autoload = true
        let fleet = try makeFleet(catalogue, settings, logger: logger, errors: errors)
        try fleet.start()
        try await RouterRun(
            settings: settings,
            fleet: fleet,
            library: nil,
            logger: logger,
            seat: .announcing(nil)
        ).run()
    }

    private static func makeFleet(
        _ catalogue: Catalogue,
        _ settings: RouterSettings,
        logger: Logger,
        errors: LineWriter
    ) throws -> Fleet {
        let files = settings.logFiles
        let logs = try settings.logDirectory.map {
            try LogDirectory(path: $0, writer: files ?? LogWriter(logger: logger))
        }
        let echo =
            settings.gateway.onlyModel == nil
            ? nil : ModelLogEcho(asJSON: settings.logsJSON, logger: logger, writer: errors)
        let environment = ProcessInfo.processInfo.environment
        var rules = settings.fleet
        let states = rules.memory.storedBytes.flatMap { StateMemory(limit: $0, logger: logger) }
        rules.memory.storedBytes = states?.place.limit
        // Both are parts of one figure.
        if let stored = states?.place.limit { rules.memory.cacheBytes = rules.memory.cacheBytes.map { $0 - stored } }
        let launcher = ChildLauncher(
            program: settings.workerProgram ?? OwnProgram.sibling("enginehouse-worker"),
            environment: environment,
            runtimeDirectory: try RuntimeDirectory(environment: environment),
            logger: logger,
            states: states,
            // A single model is switched with no other.
            keepsStandby: settings.reusesWorkers && settings.gateway.onlyModel == nil,
            delay: settings.gateway.onlyModel == nil ? settings.gateway.debugDelay ?? .zero : .zero
        ) { order, line in
            logs?.append(line, of: order.entry.id)
            if let path = order.entry.options.logFile { files?.append(line, to: path) }
            echo?.write(line)
        }
        rules.cores = MachineCores { try? String(contentsOfFile: $0, encoding: .utf8) }.count
        return Fleet(
            catalogue: catalogue,
            settings: rules,
            launcher: launcher,
            footprints: FootprintFile.folder(environment).map {
                FootprintFile(path: $0 + "/footprints.json", program: launcher.program, logger: logger)
            },
            clock: ContinuousClock(),
            logger: logger
        )
    }
}
