// SPDX-License-Identifier: MIT

package import Engine
import Platform
package import Wire

/// A worker's options, ready for use.
package struct WorkerSettings: Sendable {
    package let engine: EngineOptions
    let defaults: ServedModel.Defaults
    /// The options that were given.
    let given: Set<OptionName>
    let address: WorkerEndpoint
    package let name: String
    let endpoints: EndpointSwitches
    /// How long the model may be idle before it sleeps; nil: for ever.
    let sleepAfter: Duration?
    package let media: MediaLoader
    let logVerbosity: Int
    /// How the machine's memory nodes are used; nil: as the system does.
    let nodes: EngineRuntime.NodeUse?

    /// - Parameter readFile: gives a file's text.
    /// - Throws: `OptionError` for options that don't go together.
    package init(_ options: OptionValues, readFile: (String) throws -> String) throws(OptionError) {
        guard let path = options.model else {
            throw OptionError(place: "--model", message: "is missing; name a GGUF file")
        }
        var engine = EngineOptions(model: try Self.model(path, options), context: try Self.context(options))
        engine.slotSimilarity = options.slotPromptSimilarity
        engine.warmsUp = options.warmup
        engine.shiftsContext = options.contextShift
        engine.cacheReuse = options.cacheReuse
        engine.checkpointLimit = options.contextCheckpoints
        engine.checkpointStep = options.checkpointMinStep
        engine.stateBytes = Self.stateBytes(options, memory: EngineRuntime.memoryLimit)
        engine.store = try Self.store(options)
        if options[\.cacheIdleSlots] != nil { engine.storesIdleSlots = options.cacheIdleSlots }
        engine.chatTemplate =
            options[\.chatTemplateFile] == nil
            ? options.chatTemplate : try Self.read(\.chatTemplateFile, options, readFile)
        engine.projector = Self.projector(options)
        engine.fit = try Self.fit(options)
        engine.adapters = try Self.adapters(options)
        engine.steering = try Self.steering(options)
        engine.speculation = try Self.speculation(options, model: engine.model)
        self.engine = engine
        media = try Self.media(options)
        defaults = try Self.defaults(options, readFile)
        given = options.names
        let host = options.host
        address =
            host.hasSuffix(".sock")
            ? .unix(path: host) : .tcp(host: host, port: options.port)
        // The model's id, which may hold commas.
        name = options.alias ?? path
        endpoints = EndpointSwitches(
            slots: options.slots,
            properties: options.props,
            metrics: options.metrics,
            slotFolder: try Self.slotFolder(options)
        )
        sleepAfter = options.given(\.sleepIdleSeconds).flatMap { $0 > 0 ? .seconds($0) : nil }
        logVerbosity = options.verbosity
        switch options.numa {
        case "distribute": nodes = .distribute
        case "isolate": nodes = .isolate
        case "numactl": nodes = .numactl
        default: nodes = nil
        }
    }

    /// What requests to a loaded model get that don't say otherwise.
    func defaults(of model: Model) -> ServedModel.Defaults {
        var defaults = defaults
        defaults.sampling = sampling(with: model.sampling)
        return defaults
    }

    /// How tokens are chosen where a request doesn't say otherwise.
    /// - Parameter file: what the model's file says of it, which counts below the options.
    package func sampling(with file: FileSampling) -> SamplingParameters {
        file.under(defaults.sampling, given: given)
    }

    /// The folder for what slots hold; nil if nothing is saved.
    private static func slotFolder(_ options: OptionValues) throws(OptionError) -> String? {
        guard let path = options.slotSavePath else { return nil }
        guard let folder = opendir(path) else {
            throw options.error(\.slotSavePath, "'\(path)' is not a folder that can be read; make it, or name another")
        }
        closedir(folder)
        guard access(path, W_OK | X_OK) == 0 else {
            throw options.error(
                \.slotSavePath,
                "'\(path)' cannot be written to; change its rights, or name another folder"
            )
        }
        return path
    }
}
