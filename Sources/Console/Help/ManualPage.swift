// SPDX-License-Identifier: MIT

import Wire

/// The manual's page in roff, with the macros of man(7).
package enum ManualPage {
    package static func roff() -> String {
        var page = Page()
        page.macro(".TH ENGINEHOUSE 1 \"\" \"enginehouse \(Version.current)\" \"User Commands\"")
        page.section("NAME")
        page.text("enginehouse - serves many language models behind one address, and talks to what serves them")
        page.section("SYNOPSIS")
        page.text("enginehouse [serve] [OPTIONS]")
        page.macro(".br")
        page.text("enginehouse COMMAND [WORDS] [OPTIONS]")
        page.section("DESCRIPTION")
        page.text(
            "With options enginehouse serves: as a router with --models-dir or --models-preset, which loads a model when a request names it, "
                + "or one model with -m or -hf. Its HTTP interface is that of llama-server, OpenAI and Anthropic."
        )
        page.paragraph()
        page.text(
            "A first word without a dash is a command, which talks to a router that runs. Where it listens is what --host says, or ENGINEHOUSE_HOST, or \(RouterAddress.standard)."
        )
        page.section("COMMANDS")
        for section in CommandTable.sections {
            page.subsection(section.title)
            for command in section.commands { add(command, to: &page) }
        }
        page.section("OPTIONS OF COMMANDS")
        page.text("Those that talk to a router share these:")
        for option in CommandTable.remote {
            page.item(name(option.spellings, option.placeholder), option.help + CommandHelp.notes(option))
        }
        page.section("OPTIONS OF THE SERVER")
        page.text(
            "Each can also be given by its environment variable, and without its dashes in a configuration file; for a model in a section of a preset file. A flag is turned off by --no- before its name."
        )
        for section in OptionTable.sections {
            let options = section.options.filter { option in
                CompletionWords.server.contains { $0.name == option.name } && option.name != OptionName(\.helpMarkdown)
            }
            guard !options.isEmpty else { continue }
            page.subsection(section.title)
            for option in options { add(option, to: &page) }
        }
        page.section("ENVIRONMENT")
        for (name, meaning) in environment { page.item(name, meaning) }
        page.section("FILES")
        for (name, meaning) in files { page.item(name, meaning) }
        page.section("EXIT STATUS")
        for (code, meaning) in [
            ("0", "it went well"), ("1", "it failed; a sentence on standard error says why"),
            ("2", "the line makes no sense"),
        ] {
            page.item(code, meaning)
        }
        page.section("SEE ALSO")
        page.text("The pages below docs/ of the sources: using.md, commands.md, options.md, models.md, api.md.")
        return page.roff
    }

    private static let environment: [(String, String)] = [
        ("ENGINEHOUSE_HOST", "where commands find the router"),
        ("ENGINEHOUSE_API_KEY, LLAMA_API_KEY", "the key that they give it; the second one is also the server's"),
        ("SSL_CERT_FILE", "authorities that are trusted for https, beside the system's"),
        ("NO_COLOR", "with any text in it: no colours"),
        ("LLAMA_ARG_...", "options of the server, see there"),
        ("LLAMA_CACHE, HF_HOME, HF_TOKEN, HF_ENDPOINT", "where downloaded models are, and where they come from"),
    ]

    private static let files: [(String, String)] = [
        (
            "/etc/enginehouse/config.ini, ~/.config/enginehouse/config.ini",
            "options of the server; those of llama.cpp are read before them"
        ),
        ("~/.local/share/enginehouse", "the models that clients made, and what was sent for them"),
        ("~/.local/state/enginehouse/history", "what was typed in conversations"),
    ]

    private static func add(_ command: Command, to page: inout Page) {
        let usage = command.usage.dropFirst("enginehouse ".count)
        var text = command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."
        if !command.aliases.isEmpty { text += " Also: " + command.aliases.joined(separator: ", ") + "." }
        page.item(String(usage), text)
        let own = command.options.filter { option in
            !CommandTable.remote.contains { $0.name == option.name }
        }
        guard !command.details.isEmpty || !own.isEmpty else { return }
        page.macro(".RS")
        for paragraph in command.details {
            page.paragraph()
            page.text(paragraph.filter { $0 != "`" })
        }
        for option in own {
            page.item(name(option.spellings, option.placeholder), option.help + CommandHelp.notes(option))
        }
        page.macro(".RE")
    }

    private static func add(_ option: OptionSpecification, to page: inout Page) {
        var notes: [String] = []
        if let standard = option.standard { notes.append("default: \(standard)") }
        if let environment = option.environment { notes.append("env: \(environment)") }
        if case .choice(let words) = option.kind { notes.append(words.joined(separator: ", ")) }
        let short = option.spellings.filter { !$0.hasPrefix("--") }
        let long = option.spellings.filter { $0.hasPrefix("--") }
        page.item(
            name(short + long, option.placeholder),
            option.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
        )
    }

    private static func name(_ spellings: [String], _ placeholder: String) -> String {
        spellings.joined(separator: ", ") + (placeholder.isEmpty ? "" : " " + placeholder)
    }

    /// Collects the lines.
    private struct Page {
        private(set) var roff = ""

        mutating func macro(_ line: String) { roff += line + "\n" }
        mutating func section(_ title: String) { macro(".SH \(title)") }
        mutating func subsection(_ title: String) { macro(".SS \"\(Self.escaped(title))\"") }
        mutating func paragraph() { macro(".PP") }

        mutating func text(_ text: String) {
            let line = Self.escaped(text)
            // A line that begins so would be a macro.
            macro((line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line)
        }

        mutating func item(_ title: String, _ text: String) {
            macro(".TP")
            macro("\\fB\(Self.escaped(title))\\fR")
            self.text(text)
        }

        private static func escaped(_ text: String) -> String {
            var result = ""
            for character in text {
                switch character {
                case "\\": result += "\\e"
                case "-": result += "\\-"
                case "’": result += "\\(cq"
                case "…": result += "..."
                case "~": result += "\\(ti"
                case "^": result += "\\(ha"
                default: result.append(character)
                }
            }
            return result
        }
    }
}
