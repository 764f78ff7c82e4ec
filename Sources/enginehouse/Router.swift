// SPDX-License-Identifier: MIT

import Catalogue
import Console
import Fleet
import Gateway
import Library
import Logging
import StateStore
import Wire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Puts the parts of a server together.
enum Router {
    /// Runs a router until it is asked to stop.
    /// - Throws: what keeps it from starting: a missing directory, an address in use.
    static func run(_ settings: RouterSettings, logger: Logger, errors: LineWriter) async throws {
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
            for entry in catalogue.entries where entry.source == .preset {
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
        let advice = catalogue.entries.isEmpty ? firstSteps(settings) : nil
        try await RouterRun(settings: settings, fleet: fleet, library: library, logger: logger, advice: advice).run()
    }

    /// What to say to somebody who has no models yet.
    private static func firstSteps(_ settings: RouterSettings) -> @Sendable (String) -> String {
        let options = settings.options
        let folder = options.list(\.modelsDir).first
        let isOffline = options.offline
        let hasPage = settings.gateway.servesPage
        let prefix = settings.gateway.relay.apiPrefix
        return { address in
            FirstSteps.text(
                address: address,
                prefix: prefix,
                hasPage: hasPage && !address.hasPrefix("unix:"),
                isOffline: isOffline,
                folder: folder
            )
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
            throw StartFailure(description: "\(model.path) cannot be served: \(problem)")
        }
        var settings = settings
        settings.gateway.onlyModel = model.id
        settings.fleet.modelsMax = 1
        settings.fleet.autoload = true
        let fleet = try makeFleet(catalogue, settings, logger: logger, errors: errors)
        try fleet.start()
        try await RouterRun(settings: settings, fleet: fleet, library: nil, logger: logger).run()
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
