// SPDX-License-Identifier: MIT

import Engine
import Wire

/// Where the model's weights lie and which processors compute them.
extension WorkerSettings {
    /// The options that place the threads of one kind of work.
    private struct ThreadNames {
        let mask: OptionName
        let range: OptionName
        let strict: OptionName
        let priority: OptionName
        let poll: OptionName

        static let single = Self(\.cpuMask, \.cpuRange, \.cpuStrict, \.prio, \.poll)
        static let batch = Self(\.cpuMaskBatch, \.cpuRangeBatch, \.cpuStrictBatch, \.prioBatch, \.pollBatch)
        static let draft = Self(
            \.specDraftCPUMask,
            \.specDraftCPURange,
            \.specDraftCPUStrict,
            \.specDraftPrio,
            \.specDraftPoll
        )
        static let draftBatch = Self(
            \.specDraftCPUMaskBatch,
            \.specDraftCPURangeBatch,
            \.specDraftCPUStrictBatch,
            \.specDraftPrioBatch,
            \.specDraftPollBatch
        )

        init<Text, Count>(
            _ mask: OptionPath<Text>,
            _ range: OptionPath<Text>,
            _ strict: OptionPath<Count>,
            _ priority: OptionPath<Count>,
            _ poll: OptionPath<Count>
        ) {
            self.mask = OptionName(mask)
            self.range = OptionName(range)
            self.strict = OptionName(strict)
            self.priority = OptionName(priority)
            self.poll = OptionName(poll)
        }

        var all: [OptionName] { [mask, range, strict, priority, poll] }
    }

    /// How the model's threads are placed; nil to leave them to the engine.
    static func threads(_ options: OptionValues) throws(OptionError) -> ThreadPlacement.Pair? {
        try pair(options, .single, .batch, over: nil)
    }

    /// How the draft model's are.
    /// - Parameter own: those of the model that checks.
    static func draftThreads(
        _ options: OptionValues,
        over own: ThreadPlacement.Pair?
    ) throws(OptionError) -> ThreadPlacement.Pair? {
        try pair(options, .draft, .draftBatch, over: own)
    }

    private static func pair(
        _ options: OptionValues,
        _ single: ThreadNames,
        _ batch: ThreadNames,
        over own: ThreadPlacement.Pair?
    ) throws(OptionError) -> ThreadPlacement.Pair? {
        guard (single.all + batch.all).contains(where: { options[$0] != nil }) else { return own }
        let one = try placement(options, single, over: own?.single ?? ThreadPlacement())
        // Prompts are computed as single tokens are, unless an option says otherwise.
        return .init(single: one, batch: try placement(options, batch, over: own?.batch ?? one))
    }

    private static func placement(
        _ options: OptionValues,
        _ names: ThreadNames,
        over base: ThreadPlacement
    ) throws(OptionError) -> ThreadPlacement {
        var placement = base
        if options[names.mask] != nil || options[names.range] != nil { placement.processors = ProcessorSet() }
        if let mask = options[names.mask]?.string, !placement.processors.insert(mask: mask) {
            throw options.error(
                names.mask,
                "must be a mask of processors below \(ProcessorSet.limit) in hexadecimal digits, such as 0xff, not '\(mask)'"
            )
        }
        if let range = options[names.range]?.string, !placement.processors.insert(range: range) {
            throw options.error(
                names.range,
                "must be a range of processors below \(ProcessorSet.limit), such as 0-7, not '\(range)'"
            )
        }
        if let value = options[names.strict]?.integer { placement.isStrict = value == 1 }
        if let value = options[names.priority]?.integer { placement.priority = Int32(value) }
        if let value = options[names.poll]?.integer { placement.poll = Int32(value) }
        return placement
    }

    /// Where weights lie whose names match a pattern, each `PATTERN=BUFFER`. Several stand between commas, which a pattern may
    /// hold as well: each ends behind its equals sign.
    static func placements<Value>(_ options: OptionValues, _ path: OptionPath<Value>) throws(OptionError) -> [String] {
        var result: [String] = []
        for text in options.texts(path) {
            var begun: [Substring] = []
            for part in text.split(separator: ",") {
                begun.append(part)
                guard part.contains("=") else { continue }
                result.append(begun.joined(separator: ","))
                begun = []
            }
            guard begun.isEmpty else {
                throw options.error(
                    path,
                    "must be PATTERN=BUFFER, such as exps=CPU, not '\(begun.joined(separator: ","))'"
                )
            }
        }
        return result
    }

    /// The control vectors; nil for none.
    static func steering(_ options: OptionValues) throws(OptionError) -> SteeringOptions? {
        var vectors = options.list(\.controlVector).map { SteeringOptions.Vector(path: $0) }
        for text in options.list(\.controlVectorScaled) {
            guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
                let scale = Float(text[text.index(after: colon)...]), scale.isFinite
            else {
                throw options.error(\.controlVectorScaled, "must be FILE:SCALE, with a number as scale, not '\(text)'")
            }
            vectors.append(.init(path: String(text[..<colon]), scale: scale))
        }
        let ends = (options.controlVectorLayers ?? "").split(separator: " ").compactMap { Int32($0) }
        guard !vectors.isEmpty else {
            guard ends.isEmpty else {
                throw options.error(\.controlVectorLayers, "needs a control vector; give --control-vector")
            }
            return nil
        }
        return SteeringOptions(vectors, layers: ends.count == 2 ? ends[0]...ends[1] : nil)
    }
}
