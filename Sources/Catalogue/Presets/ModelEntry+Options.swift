// SPDX-License-Identifier: MIT

import Wire

extension ModelEntry {
    /// The arguments of the model's worker behind those that the launcher sets itself.
    package var workerArguments: [String] { options.arguments(for: .worker, without: Self.launcherSets) }

    /// The same where it is known that the model fits as it is asked for: nothing of it is to be changed, whatever is free now.
    package func workerArguments(fitsWhole: Bool) -> [String] {
        guard fitsWhole else { return workerArguments }
        var options = options
        options[\.fit] = .string("off")
        return options.arguments(for: .worker, without: Self.launcherSets)
    }

    /// The model's options as a section of a preset file, without what is secret or the router's to choose.
    package var preset: String {
        var files = OptionValues()
        if !path.isEmpty { files[\.model] = .string(path) }
        if let projectorPath { files[\.mmproj] = .string(projectorPath) }
        let lines = files.merging(options).lines(without: Set(OptionName.list(\.host, \.port, \.alias, \.tags)))
        return (["[\(id.printable)]"] + lines).map { $0 + "\n" }.joined() + "\n"
    }

    /// What a section says of another model that has the same files and the same options of its own: neither names, nor what is secret
    /// or takes a place that only one model can have.
    /// - Parameter folder: where a relative path begins.
    package func copied(from folder: String) -> [WrittenPresets.Value] {
        var options = ownOptions
        if OptionName.list(\.model, \.modelURL, \.hfRepo).allSatisfy({ options[$0] == nil }) {
            // A model of the cache is found, and brought again, by its name; its path changes.
            if repository != nil, path.contains("/snapshots/") {
                options[\.hfRepo] = .string(id)
            } else {
                options[\.model] = .string(path)
                if let projectorPath { options[\.mmproj] = .string(projectorPath) }
            }
        }
        let files: [OptionName] = OptionName.list(\.model, \.mmproj, \.chatTemplateFile)
        let left: Set<OptionName> = Set(OptionName.list(\.alias, \.host, \.port, \.pin, \.loadOnStartup))
        var values: [WrittenPresets.Value] = []
        for (name, value) in options.pairs(without: left) {
            let isRelative = files.contains(name) && !value.hasPrefix("/")
            values.append(WrittenPresets.Value(name, isRelative ? "\(folder)/\(value)" : value))
        }
        return values
    }

    private static let launcherSets: Set<OptionName> = Set(
        OptionName.list(
            \.help,
            \.version,
            \.about,
            \.host,
            \.port,
            \.model,
            \.alias,
            \.tags,
            \.mmproj,
            \.mmprojAuto
        )
    )

    /// Takes over options that change what the entry says.
    mutating func apply(_ options: OptionValues, scan: ModelScan) {
        if projectorPath != nil, !options.mmprojAuto, options[\.mmproj] == nil {
            let plain = scan.entry(id: id, path: path)
            projectorPath = nil
            inputModalities = plain.inputModalities
            problem = plain.problem
            sizeBytes = plain.sizeBytes
        }
        ownOptions = self.options
        self.options = options
        policy = ModelPolicy(
            pin: options.pin,
            ttl: options.seconds(\.ttl),
            loadOnStartup: options.loadOnStartup,
            stopTimeout: options.givenSeconds(\.stopTimeout),
            loadTimeout: options.seconds(\.loadTimeout),
            stallTimeout: options.seconds(\.stallTimeout)
        )
        if options[\.tags] != nil { tags = options.list(\.tags) }
        if case .remote(let selection) = files { files = Self.files(of: selection, options) }
    }

    /// What becomes of a model that isn't there, by options that may be those of all models.
    private static func files(of selection: HubSelection, _ options: OptionValues) -> ModelFiles {
        guard !options.offline else {
            return .unusable(
                reason: "\(selection.text) is not in the cache, and --offline is set; download it once without"
            )
        }
        // One that is malformed was refused where it stands: in a section by an error, for all models by a warning.
        let token = options.hfToken.flatMap { try? HubToken($0) }
        return .remote(
            HubSelection(
                selection.reference,
                file: selection.file,
                token: token,
                withProjector: options.mmprojAuto
            )
        )
    }
}
