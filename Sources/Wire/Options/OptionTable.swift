// SPDX-License-Identifier: MIT

/// Every option of both programs, in the order of the help text. Names, environment variables and defaults are
/// llama-server's where it has the option.
@dynamicMemberLookup package struct OptionTable: Sendable {
    /// Options that belong together.
    package struct Section: Sendable {
        package let title: String
        package let options: [OptionSpecification]

        /// - Parameter parts: structs whose members are ``OptionKey``s, in their order.
        fileprivate init(_ title: String, _ parts: any Sendable...) {
            self.title = title
            options = parts.flatMap { part in
                Mirror(reflecting: part).children.compactMap { ($0.value as? any AnyOptionKey)?.specification }
            }
        }
    }

    /// The one table.
    package static let current = OptionTable()

    private let general = General()
    private let server = Server()
    private let sources = Sources()
    private let life = Life()
    private let context = Context()
    private let threads = Threads()
    private let draftThreads = DraftThreads()
    private let memory = Memory()
    private let caches = Caches()
    private let rope = Rope()
    private let chat = Chat()
    private let media = Media()
    private let uses = Uses()
    private let draftModel = DraftModel()
    private let ngrams = Ngrams()
    private let sampling = Sampling()
    private let samplers = Samplers()
    private let logs = Logs()

    package static let sections: [Section] = [
        Section("General", current.general),
        Section("Server", current.server),
        Section("Which models there are", current.sources),
        Section("The life of models", current.life),
        Section("Context and computing", current.context),
        Section("Processors", current.threads, current.draftThreads),
        Section("Memory and devices", current.memory),
        Section("Caches", current.caches),
        Section("Longer contexts", current.rope),
        Section("Chat", current.chat),
        Section("Pictures and sounds", current.media),
        Section("What a model is used for", current.uses),
        Section("Speculative decoding", current.draftModel, current.ngrams),
        Section("Defaults of requests", current.sampling),
        Section("Defaults of samplers", current.samplers),
        Section("Logs", current.logs),
    ]

    package static let all: [OptionSpecification] = sections.flatMap(\.options)

    private init() {}

    // A section's members are found here as well: `\.port` names an option wherever it is declared.

    package subscript<Value>(dynamicMember path: KeyPath<General, OptionKey<Value>>) -> OptionKey<Value> {
        general[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Server, OptionKey<Value>>) -> OptionKey<Value> {
        server[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Sources, OptionKey<Value>>) -> OptionKey<Value> {
        sources[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Life, OptionKey<Value>>) -> OptionKey<Value> {
        life[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Context, OptionKey<Value>>) -> OptionKey<Value> {
        context[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Threads, OptionKey<Value>>) -> OptionKey<Value> {
        threads[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<DraftThreads, OptionKey<Value>>) -> OptionKey<Value> {
        draftThreads[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Memory, OptionKey<Value>>) -> OptionKey<Value> {
        memory[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Caches, OptionKey<Value>>) -> OptionKey<Value> {
        caches[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Rope, OptionKey<Value>>) -> OptionKey<Value> {
        rope[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Chat, OptionKey<Value>>) -> OptionKey<Value> {
        chat[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Media, OptionKey<Value>>) -> OptionKey<Value> {
        media[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Uses, OptionKey<Value>>) -> OptionKey<Value> {
        uses[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<DraftModel, OptionKey<Value>>) -> OptionKey<Value> {
        draftModel[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Ngrams, OptionKey<Value>>) -> OptionKey<Value> {
        ngrams[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Sampling, OptionKey<Value>>) -> OptionKey<Value> {
        sampling[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Samplers, OptionKey<Value>>) -> OptionKey<Value> {
        samplers[keyPath: path]
    }
    package subscript<Value>(dynamicMember path: KeyPath<Logs, OptionKey<Value>>) -> OptionKey<Value> {
        logs[keyPath: path]
    }

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
