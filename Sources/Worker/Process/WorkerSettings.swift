// SPDX-License-Identifier: MIT

package import Engine
import Hummingbird
package import Wire

/// A worker's options, ready for use.
package struct WorkerSettings: Sendable {
    package let engine: EngineOptions
    let defaults: ServedModel.Defaults
    let address: BindAddress
    package let name: String
    let showsSlots: Bool
    let isForeground: Bool
    let logVerbosity: Int

    /// - Parameter readFile: gives a file's text.
    /// - Throws: `OptionError` for options that don't go together.
    package init(_ options: OptionValues, readFile: (String) throws -> String) throws(OptionError) {
        guard let path = options.text(.model) else {
            throw OptionError(place: "--model", message: "is missing; name a GGUF file")
        }
        var context = ContextOptions(threads: Int32(options.integer(.threads) ?? Int(EngineRuntime.defaultThreads)))
        context.size = UInt32(options.integer(.contextSize) ?? 0)
        context.sequences = UInt32(options.integer(.parallel) ?? 4)
        context.batch = UInt32(options.integer(.batchSize) ?? 2048)
        context.microBatch = min(UInt32(options.integer(.microBatchSize) ?? 512), context.batch)
        context.threadsBatch = options.integer(.threadsBatch).map(Int32.init) ?? context.threads
        context.flashAttention = options.text(.flashAttention).flatMap { $0 == "auto" ? nil : $0 == "on" }
        context.cacheTypeK = options.text(.cacheTypeK) ?? context.cacheTypeK
        context.cacheTypeV = options.text(.cacheTypeV) ?? context.cacheTypeV
        context.unified = options.flag(.kvUnified, default: true)
        var model = ModelOptions(path: path)
        model.gpuLayers = Int32(options.integer(.gpuLayers) ?? -1)
        model.usesMmap = options.flag(.mmap, default: true)
        model.usesMlock = options.flag(.mlock)
        var engine = EngineOptions(model: model, context: context)
        engine.chatTemplate = try Self.template(options, readFile)
        self.engine = engine
        defaults = Self.defaults(options)
        let host = options.text(.host) ?? "127.0.0.1"
        address =
            host.hasSuffix(".sock")
            ? .unixDomainSocket(path: host) : .hostname(host, port: options.integer(.port) ?? 8080)
        name = options.text(.alias) ?? path
        showsSlots = options.flag(.slots, default: true)
        isForeground = options.flag(.foreground)
        logVerbosity = options.verbosity
    }

    private static func template(
        _ options: OptionValues,
        _ readFile: (String) throws -> String
    ) throws(OptionError) -> String? {
        guard let file = options.text(.chatTemplateFile) else { return options.text(.chatTemplate) }
        do {
            return try readFile(file)
        } catch {
            throw OptionError(place: "--chat-template-file", message: "'\(file)' cannot be read: \(error)")
        }
    }

    private static func defaults(_ options: OptionValues) -> ServedModel.Defaults {
        var sampling = SamplingParameters()
        if let value = options.number(.temperature) { sampling.temperature = Float(value) }
        if let value = options.integer(.topK) { sampling.topK = Int32(value) }
        if let value = options.number(.topP) { sampling.topP = Float(value) }
        if let value = options.number(.minP) { sampling.minP = Float(value) }
        if let value = options.integer(.seed), value >= 0 { sampling.seed = UInt32(value) }
        if let value = options.integer(.repeatLast) { sampling.repeatLast = Int32(value) }
        if let value = options.number(.repeatPenalty) { sampling.repeatPenalty = Float(value) }
        if let value = options.number(.presencePenalty) { sampling.presencePenalty = Float(value) }
        if let value = options.number(.frequencyPenalty) { sampling.frequencyPenalty = Float(value) }
        return ServedModel.Defaults(
            sampling: sampling,
            maxTokens: options.integer(.predict) ?? -1,
            reasoningFormat: options.text(.reasoningFormat) ?? "auto"
        )
    }
}
