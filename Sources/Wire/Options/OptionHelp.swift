// SPDX-License-Identifier: MIT

/// The text of `--help`, from the table.
package enum OptionHelp {
    /// One paragraph an option, for those whose options `audience` reads.
    package static func text(for audience: OptionSpecification.Audience) -> String {
        OptionTable.all.filter { !$0.audience.isDisjoint(with: audience) }.map(paragraph).joined(separator: "\n")
    }

    private static func paragraph(_ option: OptionSpecification) -> String {
        let short = option.aliases.filter { !$0.hasPrefix("--") }
        let long = ["--" + option.name.rawValue] + option.aliases.filter { $0.hasPrefix("--") }
        var head = "  " + (short + long).joined(separator: ", ")
        if !option.placeholder.isEmpty { head += " " + option.placeholder }
        var notes: [String] = []
        if let standard = option.standard { notes.append("default: \(standard)") }
        if let environment = option.environment { notes.append("env: \(environment)") }
        if case .choice(let choices) = option.kind { notes.append(choices.joined(separator: "|")) }
        if case .flag = option.kind, option.standard == "on" { notes.append("off: --no-\(option.name.rawValue)") }
        let tail = notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")"
        return head + "\n        " + option.help + tail
    }
}
