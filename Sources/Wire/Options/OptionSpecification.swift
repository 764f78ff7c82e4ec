// SPDX-License-Identifier: MIT

/// One option as both programs, the help text, the files and the worker's command line see it.
package struct OptionSpecification: Sendable {
    /// What a value must be.
    package enum Kind: Sendable {
        /// On when named, off by `--no-NAME`.
        case flag
        /// `on`, `off` or `auto`, in all the words for them.
        case automatic
        /// A whole number, or a word that stands for one.
        case integer(ClosedRange<Int>, words: [String: Int] = [:])
        case number(ClosedRange<Double>)
        case text
        /// Two whole numbers, the smaller one first; on a command line they may be two words.
        case range(ClosedRange<Int>)
        /// What the paths of URLs begin with.
        case path
        case choice([String])
        /// One or more of these, between commas.
        case choices([String])
        /// A JSON object, kept as text.
        case json
    }

    /// The programs that read an option.
    package struct Audience: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) {
            self.rawValue = rawValue
        }

        package static let router = Audience(rawValue: 1)
        package static let worker = Audience(rawValue: 2)
        /// A model's section of a preset file.
        package static let preset = Audience(rawValue: 4)
        /// Both programs.
        package static let both: Audience = [.router, .worker]
        /// What a model may have of its own: on a worker's command line and in a preset.
        package static let model: Audience = [.worker, .preset]
    }

    /// Whether the program does what the option says.
    package enum Support: Sendable, Equatable {
        case implemented
        /// Only these values, which are what the program does anyway; for all others the reason is told.
        case only([String], reason: String)
        case refused(reason: String)
        /// Accepted, so that what works elsewhere starts here, but without effect yet, which a warning says.
        /// - Parameter words: of a list the words of which that is true; empty: all values.
        case pending(reason: String, words: [String] = [])
    }

    /// The long name without dashes; the option's identity.
    package let name: OptionName
    /// Other spellings, dashes included.
    package let aliases: [String]
    /// Other spellings that turn a flag off, beside `--no-NAME`.
    package let negatives: [String]
    /// The environment variable that sets it.
    package let environment: String?
    package let kind: Kind
    package let audience: Audience
    package let support: Support
    /// Whether it may be given several times, each time with one more value.
    package let isRepeatable: Bool
    /// Whether its value must not be shown or handed on.
    package let isSecret: Bool
    /// What stands for the value in the help text.
    package let placeholder: String
    package let help: String
    /// The default, for people; nil where the help text says it.
    package let standard: String?

    /// All spellings that turn it on or give it a value, the long name first.
    package var spellings: [String] { ["--" + name.rawValue] + aliases }

    /// All spellings that turn it off; none unless it is a flag.
    package var offSpellings: [String] {
        guard case .flag = kind else { return [] }
        let long = aliases.filter { $0.hasPrefix("--") }.map { "--no-" + $0.dropFirst(2) }
        return ["--no-" + name.rawValue] + long + negatives
    }

    /// The environment variable that turns a flag off by being there, as llama-server has it.
    package var offEnvironment: String? {
        guard case .flag = kind, let environment, environment.hasPrefix("LLAMA_ARG_") else { return nil }
        return "LLAMA_ARG_NO_" + environment.dropFirst("LLAMA_ARG_".count)
    }
}
