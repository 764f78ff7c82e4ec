// SPDX-License-Identifier: MIT

/// One option as both programs, the help text and the worker's command line see it.
package struct OptionSpecification: Sendable {
    /// What a value must be.
    package enum Kind: Sendable {
        /// On when named, off by `--no-NAME`.
        case flag
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case text
        case choice([String])
    }

    /// Who reads an option.
    package struct Audience: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) {
            self.rawValue = rawValue
        }

        package static let router = Audience(rawValue: 1)
        package static let worker = Audience(rawValue: 2)
        package static let both: Audience = [.router, .worker]
    }

    /// The long name without dashes; the option's identity.
    package let name: OptionName
    /// Other spellings, dashes included.
    package let aliases: [String]
    /// The environment variable that sets it.
    package let environment: String?
    package let kind: Kind
    package let audience: Audience
    /// What stands for the value in the help text.
    package let placeholder: String
    package let help: String
    /// The default, for people; nil where the help text says it.
    package let standard: String?

    init(
        _ name: OptionName,
        names aliases: [String] = [],
        env environment: String? = nil,
        _ kind: Kind,
        _ audience: Audience,
        value placeholder: String = "",
        default standard: String? = nil,
        _ help: String
    ) {
        self.name = name
        self.aliases = aliases
        self.environment = environment
        self.kind = kind
        self.audience = audience
        self.placeholder = placeholder
        self.standard = standard
        self.help = help
    }
}
