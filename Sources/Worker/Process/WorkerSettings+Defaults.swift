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
            maxTokens: options.predict,
            reasoningFormat: options.reasoningFormat
        )
        // What --verbose stands for.
        defaults.isVerbose = options.verbosity >= 5
        defaults.embeddingNorm = options.embdNormalize
        defaults.infillsSuffixFirst = options.spmInfill
        defaults.readsJinja = options.jinja
        defaults.ignoresEnd = options.ignoreEos
        defaults.stops = options.unescapedTexts(OptionName(\.reversePrompt))
        defaults.system = options.unescapedTexts(OptionName(\.systemPrompt)).first.flatMap { $0.isEmpty ? nil : $0 }
        defaults.showsSpecial = options.special
        defaults.skipsParsing = options.skipChatParsing
        defaults.prefillsAssistant = options.prefillAssistant
        defaults.shiftsContext = options.contextShift
        defaults.keep = options.keep < 0 ? nil : options.keep
        defaults.usesCache = options.cachePrompt
        defaults.thinks = options.given(\.reasoning).flatMap { $0 == "auto" ? nil : $0 == "on" }
        defaults.templateVariables = try templateVariables(options)
        defaults.grammar = try grammar(options, readFile)
        return defaults
    }

    /// Variables for the template. What an option of its own says wins over those that are given together.
    private static func templateVariables(_ options: OptionValues) throws(OptionError) -> JSONValue {
        var variables: JSONValue = [:]
        if let text = options.chatTemplateKwargs {
            do {
                variables = try JSONValue(parsing: text)
            } catch {
                throw options.error(\.chatTemplateKwargs, error.description)
            }
        }
        if options[\.reasoningPreserve] != nil || variables["preserve_reasoning"] == nil {
            let preserves = options.reasoningPreserve
            variables = variables.setting("preserve_reasoning", to: .bool(preserves))
        }
        if let effort = options.given(\.reasoningEffort) {
            variables = variables.setting("reasoning_effort", to: effort == "default" ? nil : .string(effort))
        }
        return variables
    }

    private static func grammar(
        _ options: OptionValues,
        _ readFile: (String) throws -> String
    ) throws(OptionError) -> String? {
        let given = OptionName.list(\.grammar, \.grammarFile, \.jsonSchema, \.jsonSchemaFile).filter {
            options[$0] != nil
        }
        guard let name = given.first else { return nil }
        if given.count > 1 {
            throw options.error(given[1], "cannot be used together with --\(name.rawValue)")
        }
        let schema =
            options.has(\.jsonSchemaFile) ? try read(\.jsonSchemaFile, options, readFile) : options.jsonSchema
        let grammar = options.has(\.grammarFile) ? try read(\.grammarFile, options, readFile) : options.grammar
        if let text = schema {
            do {
                return try SchemaFields(try JSONValue(parsing: text), at: "schema").grammar()
            } catch {
                throw options.error(name, (error as? APIError)?.message ?? "\(error)")
            }
        }
        guard let text = grammar, !text.isEmpty else { return grammar }
        do {
            try GrammarCheck.check(text)
        } catch {
            throw options.error(name, "the grammar \(error)")
        }
        return text
    }

    /// The text of the file that an option names.
    static func read(
        _ path: OptionPath<String?>,
        _ options: OptionValues,
        _ readFile: (String) throws -> String
    ) throws(OptionError) -> String {
        let file = options[dynamicMember: path] ?? ""
        do {
            return try readFile(file)
        } catch {
            throw options.error(path, "'\(file)' cannot be read: \(error)")
        }
    }
}
