// SPDX-License-Identifier: MIT

package import Wire

/// An option of a command. Kinds of values are those of the server's options.
package struct CommandOption: Sendable {
    /// The long names, without dashes.
    package enum Name: String, Sendable {
        case host, json, quiet, yes, follow, lines, system, temperature, seed, template, preset, once
        case dir, markdown, concurrency, repetitions, hub, help, model, print
        case apiKey = "api-key"
        case maxTokens = "max-tokens"
        case noWait = "no-wait"
        case noHistory = "no-history"
        case promptTokens = "prompt-tokens"
        case generatedTokens = "gen-tokens"
    }

    package let name: Name
    /// Other spellings, dashes included.
    package let aliases: [String]
    /// Environment variables that give it a value, the first one that is set counts.
    package let environment: [String]
    package let kind: OptionSpecification.Kind
    /// What stands for the value in help texts; empty for flags.
    package let placeholder: String
    /// The default, for people.
    package let standard: String?
    package let help: String

    init(
        _ name: Name,
        names aliases: [String] = [],
        env environment: [String] = [],
        _ kind: OptionSpecification.Kind,
        value placeholder: String = "",
        default standard: String? = nil,
        _ help: String
    ) {
        self.name = name
        self.aliases = aliases
        self.environment = environment
        self.kind = kind
        self.placeholder = placeholder
        self.standard = standard
        self.help = help
    }

    /// All spellings, the short ones first.
    package var spellings: [String] {
        aliases.filter { !$0.hasPrefix("--") } + ["--" + name.rawValue] + aliases.filter { $0.hasPrefix("--") }
    }

    package var isFlag: Bool {
        if case .flag = kind { true } else { false }
    }
}
