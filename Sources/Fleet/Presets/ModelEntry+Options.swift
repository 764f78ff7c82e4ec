// SPDX-License-Identifier: MIT

import Wire

extension ModelEntry {
    /// How long the model may be idle before its worker gives the memory back; nil for ever.
    package var sleepIdle: Duration? {
        options.integer(.sleepIdleSeconds).flatMap { $0 > 0 ? .seconds($0) : nil }
    }

    /// The arguments of the model's worker behind those that the launcher sets itself.
    package var workerArguments: [String] { options.arguments(for: .worker, without: Self.launcherSets) }

    /// The model's options as a section of a preset file, without what is secret or the router's to choose.
    package var preset: String {
        var files = OptionValues()
        if !path.isEmpty { files[.model] = .string(path) }
        if let projectorPath { files[.mmproj] = .string(projectorPath) }
        if let draftPath { files[.specDraftModel] = .string(draftPath) }
        let lines = files.merging(options).lines(without: [.host, .port, .alias, .tags])
        return (["[\(id)]"] + lines).map { $0 + "\n" }.joined() + "\n"
    }

    private static let launcherSets: Set<OptionName> = [
        .help, .version, .host, .port, .model, .alias, .tags, .mmproj, .mmprojAuto, .foreground,
    ]

    /// Takes over options that change what the entry says.
    mutating func apply(_ options: OptionValues, scan: ModelScan) {
        if projectorPath != nil, !options.flag(.mmprojAuto, default: true), options[.mmproj] == nil {
            let plain = scan.entry(id: id, path: path)
            projectorPath = nil
            inputModalities = plain.inputModalities
            problem = plain.problem
            sizeBytes = plain.sizeBytes
        }
        self.options = options
        policy = ModelPolicy(
            pin: options.flag(.pin),
            ttl: options.seconds(.ttl),
            loadOnStartup: options.flag(.loadOnStartup),
            stopTimeout: options.seconds(.stopTimeout),
            loadTimeout: options.seconds(.loadTimeout),
            stallTimeout: options.seconds(.stallTimeout)
        )
        if options[.tags] != nil { tags = options.list(.tags) }
    }
}
