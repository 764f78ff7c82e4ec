// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import Logging
import Wire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Puts the router together.
enum Router {
    /// Runs a router until it is asked to stop.
    /// - Throws: what keeps it from starting: a missing directory, an address in use.
    static func run(_ settings: RouterSettings, logger: Logger) async throws {
        let sources = settings.sources
        let scan: ModelLibrary.Scan = {
            let presets = try settings.presets.read()
            for warning in presets.warnings {
                logger.warning("Preset file", metadata: ["place": "\(warning.place)", "reason": "\(warning.message)"])
            }
            return try sources.catalogue.catalogue()
                .configured(
                    presets: presets,
                    router: settings.options,
                    scan: sources.catalogue.scan,
                    cached: sources.catalogue.cached
                )
        }
        if let place = settings.options.place(of: .alias) {
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
        let logs = try settings.logDirectory.map { try LogDirectory(path: $0, logger: logger) }
        let environment = ProcessInfo.processInfo.environment
        let launcher = ChildLauncher(
            program: settings.workerProgram ?? OwnProgram.sibling("switchyard-worker"),
            environment: environment,
            runtimeDirectory: try RuntimeDirectory(environment: environment),
            logger: logger
        ) { order, line in
            logs?.append(line, of: order.entry.id)
        }
        let fleet = Fleet(
            catalogue: catalogue,
            settings: settings.fleet,
            launcher: launcher,
            clock: ContinuousClock(),
            logger: logger
        )
        logger.info("Models found", metadata: ["count": "\(catalogue.entries.count)"])
        let library = ModelLibrary(fleet: fleet, hub: try sources.makeHub(logger: logger), logger: logger, scan: scan)
        library.observe { fleet.events.publish(.library($0)) }
        try fleet.start()
        try await RouterRun(settings: settings, fleet: fleet, library: library, logger: logger).run()
    }
}
