// SPDX-License-Identifier: MIT

/// The text of `--help` and the reference page, from the table.
package enum OptionHelp {
    /// One paragraph an option, by sections, for those whose options `audience` reads and that do something.
    package static func text(for audience: OptionSpecification.Audience) -> String {
        OptionTable.sections.compactMap { section -> String? in
            let options = section.options.filter { !$0.audience.isDisjoint(with: audience) && isOffered($0) }
            guard !options.isEmpty else { return nil }
            return "\(section.title):\n\n" + options.map(paragraph).joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }

    /// The page `docs/options.md`.
    package static func markdown() -> String {
        var page = """
            # Options

            <!-- From the option table by `enginehouse --help-markdown`; a test says when it is stale. -->

            Each option can be given on the command line, by its environment variable, and without its dashes as a key of
            a `config.ini`; those with *preset* also in a model's section of a `--models-preset` file. [Using
            Enginehouse](using.md) says which of them wins. An option's short forms and its environment variable are keys too.


            """
        for section in OptionTable.sections {
            let options = section.options.filter(isOffered)
            page +=
                "## \(section.title)\n\n| Option | Environment | Default | Read by | Meaning |\n|---|---|---|---|---|\n"
            for option in options { page += row(option) + "\n" }
            page += "\n"
        }
        page +=
            "## Not supported\n\nllama-server has these options. Enginehouse refuses them by name, except for the values named here.\n\n"
        page += "| Option | Accepted | Reason |\n|---|---|---|\n"
        for option in OptionTable.all {
            switch option.support {
            case .implemented, .pending: continue
            case .only(let values, let reason):
                page += "| \(names(option)) | \(values.map { "`\($0)`" }.joined(separator: ", ")) | \(reason) |\n"
            case .refused(let reason):
                page += "| \(names(option)) | | \(reason) |\n"
            }
        }
        for option in OptionTable.refused {
            page += "| \(option.names.map { "`\($0)`" }.joined(separator: ", ")) | | \(option.reason) |\n"
        }
        return page
    }

    private static func isOffered(_ option: OptionSpecification) -> Bool {
        switch option.support {
        case .implemented, .pending: option.name != OptionName(\.helpMarkdown)
        case .only, .refused: false
        }
    }

    /// What has no effect yet.
    private static func pending(_ option: OptionSpecification) -> String? {
        guard case .pending(_, let words) = option.support else { return nil }
        return words.isEmpty ? "no effect yet" : "no effect yet: " + words.joined(separator: ", ")
    }

    private static func paragraph(_ option: OptionSpecification) -> String {
        let short = option.aliases.filter { !$0.hasPrefix("--") }
        let long = ["--" + option.name.rawValue] + option.aliases.filter { $0.hasPrefix("--") }
        var head = "  " + (option.audience == .preset ? [option.name.rawValue] : short + long).joined(separator: ", ")
        if !option.placeholder.isEmpty { head += " " + option.placeholder }
        var notes: [String] = []
        if let standard = option.standard { notes.append("default: \(standard)") }
        if let environment = option.environment { notes.append("env: \(environment)") }
        if case .choice(let choices) = option.kind { notes.append(choices.joined(separator: "|")) }
        if case .choices(let choices) = option.kind { notes.append(choices.joined(separator: ",")) }
        if case .automatic = option.kind { notes.append("auto|on|off") }
        if case .flag = option.kind, option.standard == "on" { notes.append("off: --no-\(option.name.rawValue)") }
        if option.audience == .preset { notes.append("in presets only") }
        if let pending = pending(option) { notes.append(pending) }
        let tail = notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")"
        return head + "\n        " + option.help + tail
    }

    private static func row(_ option: OptionSpecification) -> String {
        var name = names(option)
        if !option.placeholder.isEmpty { name += " " + option.placeholder }
        if case .flag = option.kind, option.audience != .preset {
            name += "; " + option.offSpellings.map { "`\($0)`" }.joined(separator: ", ")
        }
        var meaning = option.help
        if case .choice(let choices) = option.kind { meaning += ": " + choices.joined(separator: ", ") }
        if case .choices(let choices) = option.kind { meaning += ": " + choices.joined(separator: ", ") }
        if option.isRepeatable { meaning += " (may be repeated)" }
        if let pending = pending(option) { meaning += " (\(pending))" }
        let readers: [(OptionSpecification.Audience, String)] = [
            (.router, "router"), (.worker, "worker"), (.preset, "preset"),
        ]
        let columns = [
            name, option.environment.map { "`\($0)`" } ?? "", option.standard ?? "",
            readers.filter { option.audience.contains($0.0) }.map(\.1).joined(separator: ", "), meaning,
        ]
        let escaped = columns.map {
            $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        }
        return "| " + escaped.joined(separator: " | ") + " |"
    }

    private static func names(_ option: OptionSpecification) -> String {
        let spellings = option.audience == .preset ? [option.name.rawValue] : option.spellings
        return spellings.map { "`\($0)`" }.joined(separator: ", ")
    }
}
