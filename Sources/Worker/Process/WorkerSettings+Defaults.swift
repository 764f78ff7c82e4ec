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
            sampling: sampling(options),
            maxTokens: options.integer(.predict) ?? -1,
            reasoningFormat: options.text(.reasoningFormat) ?? "auto"
        )
        defaults.readsJinja = options.flag(.jinja, default: true)
        defaults.ignoresEnd = options.flag(.ignoreEos)
        defaults.usesCache = options.flag(.cachePrompt, default: true)
        defaults.thinks = options.text(.reasoning).flatMap { $0 == "auto" ? nil : $0 == "on" }
        if let text = options.text(.chatTemplateKwargs) {
            do {
                defaults.templateVariables = try JSONValue(parsing: text)
            } catch {
                throw options.error(.chatTemplateKwargs, error.description)
            }
        }
        defaults.grammar = try grammar(options, readFile)
        return defaults
    }

    private static func sampling(_ options: OptionValues) -> SamplingParameters {
        var sampling = SamplingParameters()
        if let value = options.number(.temperature) { sampling.temperature = Float(value) }
        if let value = options.integer(.topK) { sampling.topK = Int32(value) }
        if let value = options.number(.topP) { sampling.topP = Float(value) }
        if let value = options.number(.minP) { sampling.minP = Float(value) }
        if let value = options.integer(.seed), value >= 0 { sampling.seed = UInt32(value) }
        if let value = options.integer(.repeatLast) { sampling.repeatLast = value < 0 ? .max : Int32(value) }
        if let value = options.number(.repeatPenalty) { sampling.repeatPenalty = Float(value) }
        if let value = options.number(.presencePenalty) { sampling.presencePenalty = Float(value) }
        if let value = options.number(.frequencyPenalty) { sampling.frequencyPenalty = Float(value) }
        return sampling
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
        guard name == .jsonSchema || name == .jsonSchemaFile else { return text }
        do {
            return try SchemaGrammar.text(of: text)
        } catch {
            throw options.error(name, error.message)
        }
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
