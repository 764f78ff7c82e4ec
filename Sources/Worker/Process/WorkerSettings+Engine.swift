// SPDX-License-Identifier: MIT

import Engine
import Essentials
import StateStore
import Wire

/// What the engine is told.
extension WorkerSettings {
    static func context(_ options: OptionValues) throws(OptionError) -> ContextOptions {
        let threads = options.threads.flatMap { $0 > 0 ? Int32($0) : nil } ?? defaultThreads
        var context = ContextOptions(threads: threads)
        context.pacesThreads = options.threads.map { $0 <= 0 } ?? true
        context.size = UInt32(options.contextSize)
        let parallel = options.given(\.parallel).flatMap { $0 > 0 ? UInt32($0) : nil }
        context.sequences = parallel ?? 4
        context.batch = UInt32(options.batchSize)
        context.microBatch = min(UInt32(options.microBatchSize), context.batch)
        context.threadsBatch = options.threadsBatch.flatMap { $0 > 0 ? Int32($0) : nil } ?? threads
        context.flashAttention = options.given(\.flashAttention).flatMap { $0 == "auto" ? nil : $0 == "on" }
        context.cacheTypeK = options.cacheTypeK
        context.cacheTypeV = options.cacheTypeV
        context.unified = options.given(\.kvUnified) ?? (parallel == nil)
        context.placement = try Self.threads(options)
        context.countsTime = options.perf
        if let limit = options.given(\.kvUnifiedPerSlot), limit > 0 {
            context.sequenceLimit = limit
            // 0 asks for all that the model knows, of which each may use so much.
            if options[\.contextSize] == nil { context.size = UInt32(clamping: limit * Int(context.sequences)) }
        }
        context.offloadsCache = options.kvOffload
        context.offloadsOperations = options.opOffload
        context.keepsWholeWindow = options.swaFull
        try stretch(&context, options)
        try embeddings(&context, options)
        return context
    }

    /// One for each core, or for each of those that the process may use.
    static var defaultThreads: Int32 {
        let cores = MachineCores { try? String(contentsOfFile: $0, encoding: .utf8) }
        return min(EngineRuntime.defaultThreads, Int32(clamping: cores.count))
    }

    private static func embeddings(_ context: inout ContextOptions, _ options: OptionValues) throws(OptionError) {
        context.pooling = options.pooling.flatMap(Pooling.init(name:))
        if options.reranking {
            guard context.pooling == nil || context.pooling == .rank else {
                throw options.error(\.reranking, "needs --pooling rank, or none given")
            }
            context.pooling = .rank
        }
        context.givesEmbeddings = options.embedding || options.reranking
        // A text whose tokens look at each other in both directions is computed at once.
        if context.givesEmbeddings { context.batch = context.microBatch }
    }

    /// Bytes of main memory for conversations: llama-server's default, but no large part of a small machine.
    static func stateBytes(_ options: OptionValues, memory: Int) -> Int {
        let wanted = options.cacheRAM
        guard wanted >= 0 else { return Int.max / 2 }
        return min(wanted << 20, memory > 0 ? memory / 4 : Int.max / 2)
    }

    /// Where conversations outlive the worker; nil for nowhere.
    static func store(_ options: OptionValues) throws(OptionError) -> StorePlace? {
        if let place = try StorePlace.onDisk(options) { return place }
        guard let text = options.stateStore else { return nil }
        guard let place = StorePlace(text) else {
            throw options.error(\.stateStore, "must be KIND:BYTES:DIR, not '\(text)'")
        }
        return place
    }

    /// What may be changed so that the model fits; nil for nothing.
    static func fit(_ options: OptionValues) throws(OptionError) -> FitOptions? {
        guard options.fit != "off" else { return nil }
        var fit = FitOptions()
        fit.margins = []
        for part in options.fitTarget.split(whereSeparator: { $0 == "," || $0 == "/" }) {
            guard let mebibytes = UInt64(part), mebibytes <= 1 << 30 else {
                throw options.error(\.fitTarget, "must be whole numbers of MiB between commas, not '\(part)'")
            }
            fit.margins.append(mebibytes << 20)
        }
        guard (1...128).contains(fit.margins.count) else {
            throw options.error(\.fitTarget, "must be one number of MiB, or one for each device")
        }
        fit.leastContext = UInt32(options.fitContext)
        // A 0 that was given stands for all of it.
        if options.given(\.contextSize) == 0 { fit.leastContext = nil }
        return fit
    }

    private static func stretch(_ context: inout ContextOptions, _ options: OptionValues) throws(OptionError) {
        switch options.ropeScaling {
        case "none": context.ropeScaling = ContextOptions.RopeScaling.none
        case "linear": context.ropeScaling = .linear
        case "yarn": context.ropeScaling = .yarn
        default: context.ropeScaling = nil
        }
        if let value = options.ropeFreqBase { context.ropeFrequencyBase = Float(value) }
        if let value = options.ropeFreqScale { context.ropeFrequencyScale = Float(value) }
        if let value = options.ropeScale {
            guard options[\.ropeFreqScale] == nil else {
                throw options.error(\.ropeScale, "says the same as --rope-freq-scale; give one of them")
            }
            context.ropeFrequencyScale = Float(1 / value)
        }
        context.yarnOriginalContext = UInt32(options.yarnOrigContext)
        context.yarnExtrapolation = Float(options.yarnExtFactor)
        context.yarnAttention = Float(options.yarnAttnFactor)
        context.yarnBetaFast = Float(options.yarnBetaFast)
        context.yarnBetaSlow = Float(options.yarnBetaSlow)
    }

    static func model(_ path: String, _ options: OptionValues) throws(OptionError) -> ModelOptions {
        var model = ModelOptions(path: path)
        model.gpuLayers = Int32(options.gpuLayers)
        if options[\.mmap] != nil { model.usesMmap = options.mmap }
        model.usesMlock = options.mlock
        switch options.loadMode {
        case "auto": model.loadMode = .auto
        case "none": model.loadMode = ModelOptions.LoadMode.none
        case "mmap": model.loadMode = .mmap
        case "mlock": model.loadMode = .mlock
        case "mmap+mlock": model.loadMode = .mmapAndMlock
        case "dio": model.loadMode = .directIO
        default: model.loadMode = nil
        }
        switch options.splitMode {
        case "none": model.splitMode = .none
        case "row": model.splitMode = .row
        case "tensor": model.splitMode = .tensor
        default: model.splitMode = .layer
        }
        model.mainGPU = Int32(options.mainGPU)
        if options[\.device] != nil {
            let names = options.list(\.device)
            model.devices = names == ["none"] ? [] : names
        }
        for part in options.list(\.tensorSplit) {
            guard let share = Float(part), share >= 0, share.isFinite else {
                throw options.error(\.tensorSplit, "must be numbers between commas, not '\(part)'")
            }
            model.tensorSplit.append(share)
        }
        if let text = options.memoryBudget {
            guard let sizes = ByteSize.parseByDevice(text) else {
                throw options.error(
                    \.memoryBudget,
                    "must be DEVICE=SIZE between commas, such as host=64M, not '\(text)'"
                )
            }
            model.budgets = sizes.mapValues { UInt64($0) }
        }
        model.overrides = options.list(\.overrideKV)
        model.expertLayersOffGPU = options.cpuMoE ? -1 : Int32(options.cpuMoELayers)
        model.denseLayersOffGPU = Int32(options.cpuFFNLayers)
        model.placements = try placements(options, \.overrideTensor)
        model.servers = options.list(\.rpc)
        model.readsLazily = options.given(\.lazyMode).flatMap { $0 == "auto" ? nil : $0 == "on" }
        model.checksTensors = options.checkTensors
        model.repacks = options.repack
        model.avoidsHostBuffers = options.noHost
        return model
    }
}
