// SPDX-License-Identifier: MIT

import Catalogue
import Logging
import Wire

/// The one model of `-m` or `-hf`: a catalogue of its own, loaded at the start.
struct SingleModel: Sendable {
    /// Its name in answers: as with llama-server the alias that is the first in the alphabet, else what was asked for.
    let id: String
    /// Where its first file is.
    let path: String
    /// What is known of it from the cache; nil for a file that was named.
    var cached: ModelEntry?

    /// The model in a file.
    init(_ options: OptionValues, path: String) {
        id = Self.alias(options) ?? path
        self.path = path
    }

    /// A model of the hub.
    /// - Parameters:
    ///   - name: what was asked for.
    ///   - entry: what was found.
    init(_ options: OptionValues, name: String, entry: ModelEntry) {
        id = Self.alias(options) ?? name
        path = entry.path
        cached = entry
        cached?.id = id
        cached?.aliases = []
    }

    /// The catalogue with this model.
    /// - Throws: `OptionError`.
    func catalogue(_ options: OptionValues, scan: ModelScan) throws(OptionError) -> Catalogue {
        var own = options.filter { name, _ in OptionName.list(\.alias, \.mmproj).contains(name) }
        own[\.model] = .string(path)
        own[\.loadOnStartup] = true
        var presets = PresetFile()
        presets.models = [ModelPreset(id: id, place: .program, options: own)]
        return try Catalogue(entries: cached.map { [$0] } ?? []).configured(
            presets: presets,
            router: options,
            scan: scan
        )
    }

    /// Looks whether the options fit one model; what has no effect is told.
    /// - Throws: `OptionError` for a command line that asks for two things at once.
    static func check(_ options: OptionValues, logger: Logger) throws(OptionError) {
        let way = options[\.model] != nil ? "-m" : "-hf"
        for name in OptionName.list(\.modelsDir, \.modelsPreset) where options.place(of: name)?.isCommandLine == true {
            throw options.error(name, "is for a router; \(way) serves one model: give one of the two")
        }
        if options[\.model] != nil, let place = options.place(of: \.hfRepo), place.isCommandLine {
            throw OptionError(
                place,
                "names a model, and so does \(options.place(of: \.model) ?? place): give one of the two"
            )
        }
        for place in pointless.compactMap({ options.place(of: $0) }) {
            let reason = "has no effect: \(way) serves one model, without a router's choice"
            logger.warning("Options", metadata: ["place": "\(place)", "reason": "\(reason)"])
        }
    }

    /// What is about the choice among models.
    private static let pointless: [OptionName] = OptionName.list(
        \.modelsDir,
        \.modelsPreset,
        \.modelsDirDepth,
        \.modelsMax,
        \.modelsAutoload,
        \.modelsQuantum,
        \.queueFairness
    )

    private static func alias(_ options: OptionValues) -> String? { options.list(\.alias).min() }
}
