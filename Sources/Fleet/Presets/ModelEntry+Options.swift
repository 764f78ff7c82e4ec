// SPDX-License-Identifier: MIT

import Wire

extension ModelEntry {
    /// Whether the router loads the model when it starts.
    package var loadsOnStartup: Bool { options.flag(.loadOnStartup) }
    /// Whether the model never makes room for another.
    package var isPinned: Bool { options.flag(.pin) }
    /// How long the model may be idle before it is unloaded; nil for ever.
    package var timeToLive: Duration? { options.seconds(.ttl) }
    /// How long the model's worker may take to stop; nil for the router's default.
    package var stopTimeout: Duration? { options.seconds(.stopTimeout) }
    /// How long the model may take to load; nil for what its size allows.
    package var loadTimeout: Duration? { options.seconds(.loadTimeout) }
    /// How long the model's worker may say nothing while it has work; nil for the router's default.
    package var stallTimeout: Duration? { options.seconds(.stallTimeout) }
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
        policy = ModelPolicy(pin: isPinned, ttl: timeToLive, loadOnStartup: loadsOnStartup, stopTimeout: stopTimeout)
        if options[.tags] != nil { tags = options.list(.tags) }
    }
}
