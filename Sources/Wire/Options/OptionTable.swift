// SPDX-License-Identifier: MIT

/// Every option of both programs, in the order of the help text. Names, environment variables and defaults are
/// llama-server's where it has the option.
package enum OptionTable {
    /// Options that belong together.
    package struct Section: Sendable {
        package let title: String
        package let options: [OptionSpecification]
    }

    package static let sections: [Section] = [
        Section(title: "General", options: general),
        Section(title: "Server", options: server),
        Section(title: "Which models there are", options: sources),
        Section(title: "The life of models", options: life),
        Section(title: "Context and computing", options: context),
        Section(title: "Processors", options: placement),
        Section(title: "Memory and devices", options: memory),
        Section(title: "Caches", options: caches),
        Section(title: "Longer contexts", options: rope),
        Section(title: "Chat", options: chat),
        Section(title: "Pictures and sounds", options: media),
        Section(title: "What a model is used for", options: uses),
        Section(title: "Speculative decoding", options: speculation),
        Section(title: "Defaults of requests", options: sampling),
        Section(title: "Defaults of samplers", options: samplers),
        Section(title: "Logs", options: logs),
    ]

    package static let all: [OptionSpecification] = sections.flatMap(\.options)

    /// What a spelling stands for.
    package struct Meaning: Sendable {
        package let option: OptionSpecification
        /// Whether the spelling turns the flag off.
        package let isOff: Bool
    }

    /// The option with that spelling, dashes included; `_` counts as `-` in long names.
    package static func find(_ spelling: String) -> Meaning? { spellings[normal(spelling)] }

    /// The option that a key in a file names: a spelling without dashes, or an environment variable.
    package static func find(key: String) -> Meaning? {
        variables[key] ?? keys[key] ?? keys[normal("--" + key).dropFirstDashes]
    }

    /// The option that an environment variable sets.
    package static func find(environment: String) -> Meaning? { variables[environment] }

    /// Whether an environment variable turns a flag off by being there.
    static func isOff(environment: String) -> Bool { variables[environment]?.isOff ?? false }

    package static subscript(name: OptionName) -> OptionSpecification? { byName[name] }

    /// All spellings.
    package static let spellings: [String: Meaning] = {
        var result: [String: Meaning] = [:]
        for option in all {
            for spelling in option.offSpellings { result[spelling] = Meaning(option: option, isOff: true) }
        }
        for option in all {
            for spelling in option.spellings { result[spelling] = Meaning(option: option, isOff: false) }
        }
        return result
    }()

    /// All keys in files but the environment variables.
    package static let keys: [String: Meaning] = Dictionary(
        spellings.map { ($0.key.dropFirstDashes, $0.value) },
        uniquingKeysWith: { a, _ in a }
    )

    /// All environment variables.
    package static let variables: [String: Meaning] = {
        var result: [String: Meaning] = [:]
        for option in all {
            if let variable = option.environment { result[variable] = Meaning(option: option, isOff: false) }
            if let variable = option.offEnvironment { result[variable] = Meaning(option: option, isOff: true) }
        }
        return result
    }()

    /// Places in `all` by name.
    static let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static func normal(_ spelling: String) -> String {
        spelling.hasPrefix("--") ? "--" + String(spelling.dropFirst(2).map { $0 == "_" ? "-" : $0 }) : spelling
    }
}

extension String {
    /// The text behind its leading dashes.
    var dropFirstDashes: String { String(drop { $0 == "-" }) }
}
