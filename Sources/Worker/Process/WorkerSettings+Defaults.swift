// SPDX-License-Identifier: MIT

import Engine
import Wire

/// What requests get that don't say otherwise.
extension WorkerSettings {
    static func defaults(
        _ options: OptionValues,
        _ readFile: (String) throws -> String
    ) throws(OptionError) -> ServedModel.Defaults {
        var defaults = ServedModel.Defaults(
            sampling: try sampling(options),
            maxTokens: options.integer(.predict) ?? -1,
            reasoningFormat: options.text(.reasoningFormat) ?? "auto"
        )
        // What --verbose stands for.
        defaults.isVerbose = options.verbosity >= 5
        defaults.embeddingNorm = options.integer(.embdNormalize) ?? 2
        defaults.infillsSuffixFirst = options.flag(.spmInfill)
        defaults.readsJinja = options.flag(.jinja, default: true)
        defaults.ignoresEnd = options.flag(.ignoreEos)
        defaults.stops = texts(.reversePrompt, options)
        defaults.showsSpecial = options.flag(.special)
        defaults.skipsParsing = options.flag(.skipChatParsing)
        defaults.prefillsAssistant = options.flag(.prefillAssistant, default: true)
        defaults.shiftsContext = options.flag(.contextShift)
        defaults.keep = options.integer(.keep).map { $0 < 0 ? nil : $0 } ?? 0
        defaults.usesCache = options.flag(.cachePrompt, default: true)
        defaults.thinks = options.text(.reasoning).flatMap { $0 == "auto" ? nil : $0 == "on" }
        defaults.templateVariables = try templateVariables(options)
        defaults.grammar = try grammar(options, readFile)
        return defaults
    }

    /// Variables for the template. What an option of its own says wins over those that are given together.
    private static func templateVariables(_ options: OptionValues) throws(OptionError) -> JSONValue {
        var variables: JSONValue = [:]
        if let text = options.text(.chatTemplateKwargs) {
            do {
                variables = try JSONValue(parsing: text)
            } catch {
                throw options.error(.chatTemplateKwargs, error.description)
            }
        }
        if options[.reasoningPreserve] != nil || variables["preserve_reasoning"] == nil {
            let preserves = options.flag(.reasoningPreserve, default: true)
            variables = variables.setting("preserve_reasoning", to: .bool(preserves))
        }
        if let effort = options.text(.reasoningEffort) {
            variables = variables.setting("reasoning_effort", to: effort == "default" ? nil : .string(effort))
        }
        return variables
    }

    private static func grammar(
        _ options: OptionValues,
        _ readFile: (String) throws -> String
    ) throws(OptionError) -> String? {
        let names: [OptionName] = [.grammar, .grammarFile, .jsonSchema, .jsonSchemaFile]
        let given = names.filter { options[$0] != nil }
        guard let name = given.first else { return nil }
        if given.count > 1 {
            throw options.error(given[1], "cannot be used together with --\(name.rawValue)")
        }
        var text = options.text(name) ?? ""
        if name == .grammarFile || name == .jsonSchemaFile { text = try read(name, options, readFile) }
        if name == .jsonSchema || name == .jsonSchemaFile {
            do {
                return try SchemaFields(try JSONValue(parsing: text), at: "schema").grammar()
            } catch {
                throw options.error(name, (error as? APIError)?.message ?? "\(error)")
            }
        }
        guard !text.isEmpty else { return text }
        do {
            try GrammarCheck.check(text)
        } catch {
            throw options.error(name, "the grammar \(error)")
        }
        return text
    }

    /// The texts of an option, in which a backslash stands for another character unless somebody says otherwise.
    static func texts(_ name: OptionName, _ options: OptionValues) -> [String] {
        let texts = options.texts(name)
        return options.flag(.escape, default: true) ? texts.map(Escapes.read) : texts
    }

    /// The text of the file that an option names.
    static func read(
        _ name: OptionName,
        _ options: OptionValues,
        _ readFile: (String) throws -> String
    ) throws(OptionError) -> String {
        let file = options.text(name) ?? ""
        do {
            return try readFile(file)
        } catch {
            throw options.error(name, "'\(file)' cannot be read: \(error)")
        }
    }
}
