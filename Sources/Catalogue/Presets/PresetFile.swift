// SPDX-License-Identifier: MIT

import Essentials
package import Wire

/// A preset file, checked against the option table.
///
/// What is wrong in a model's section costs that model only. What is wrong in the lines for all models, or with the file
/// itself, is an error: there would be no telling how any of them is meant to be run.
package struct PresetFile: Sendable, Equatable {
    /// What holds for every model: the lines before any section, and over them those of `[*]`.
    package var globals = OptionValues()
    /// The models, in the file's order.
    package var models: [ModelPreset] = []
    /// What deserves a line in the log.
    package var warnings: [OptionWarning] = []

    /// Nothing at all.
    package init() {}

    /// The repository on the hub that the file comes from; nil for a file of this machine.
    private var repository: String?

    /// - Parameters:
    ///   - path: names the file in errors.
    ///   - repository: the repository on the hub that it comes from; then only what is harmless may stand in it.
    /// - Throws: `OptionError` with file and line, for what isn't a model's section.
    package init(_ text: String, path: String, repository: String? = nil) throws(OptionError) {
        self.repository = repository
        let file = try INIFile(text, path: path)
        let sections = file.sections
        warnings = file.warnings
        for name in [INIFile.defaultSection, "*"] {
            for section in sections where section.name == name {
                let options = try read(section, path).values
                for name in Self.own where options[name] != nil {
                    throw options.error(
                        name,
                        "'\(name.rawValue)' is a model's own; it cannot be said for all of them in [\(section.name)]"
                    )
                }
                globals = globals.merging(options)
            }
        }
        for section in sections where section.name != INIFile.defaultSection && section.name != "*" {
            let place = OptionPlace.file(path, line: section.line)
            let parsed = try read(section, path, goesOn: true)
            let problem = parsed.problems.first?.description
            models.append(ModelPreset(id: section.name, place: place, options: parsed.values, problem: problem))
        }
    }

    /// Reads a file.
    /// - Throws: `OptionError`, also for a file that cannot be read.
    package init(contentsOf path: String) throws(OptionError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            let reason = isThere ? "cannot be read as UTF-8 text" : "does not exist"
            throw OptionError(place: "--models-preset", message: "'\(path)' \(reason)")
        }
        try self.init(text, path: path)
    }

    /// Takes over the models of another file that this one says nothing of, and its warnings.
    package mutating func add(_ other: PresetFile) {
        let known = Set(models.map(\.id))
        models += other.models.filter { !known.contains($0.id) }
        warnings += other.warnings
    }

    /// Options that name a model rather than say how to run it.
    static let own: [OptionName] = OptionName.list(\.model, \.modelURL, \.alias, \.mmproj, \.hfRepo, \.hfFile)

    /// - Parameter goesOn: whether problems are for the reader of the result.
    private mutating func read(
        _ section: INIFile.Section,
        _ path: String,
        goesOn: Bool = false
    ) throws(OptionError) -> ParsedOptions {
        var parsed = try OptionParser.section(section, path: path, audience: .preset, goesOn: goesOn) { option in
            option.audience.contains(.worker)
                ? "is set by the router for each worker; it cannot stand in a preset file"
                : "is the router's own and has no effect on a model; give it on the router's command line or in config.ini"
        }
        warnings += parsed.warnings
        guard let repository else { return parsed }
        do {
            try Self.checkHarmless(parsed.values, from: repository)
        } catch {
            guard goesOn else { throw error }
            parsed.problems.append(error)
            // Nothing on this machine is so much as looked at for it.
            parsed.values = parsed.values.filter { name, _ in Self.harmless.contains(name) }
        }
        return parsed
    }
}
