// SPDX-License-Identifier: MIT

/// Reads options: from files, from the environment, which wins over them, and from a command line, which wins over both.
package enum OptionParser {
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - files: in the order in which they count, the last one most.
    ///   - audience: whose options are known.
    /// - Throws: `OptionError` for what is unknown, out of range or not supported.
    package static func parse(
        _ arguments: [String],
        environment: [String: String],
        files: [OptionFile] = [],
        audience: OptionSpecification.Audience
    ) throws(OptionError) -> ParsedOptions {
        var result = ParsedOptions()
        for file in files { try read(file, audience, into: &result) }
        try read(environment, audience, into: &result)
        try read(arguments, audience, into: &result)
        return result
    }

    /// Reads one section of a file.
    /// - Parameters:
    ///   - audience: whose options may stand there.
    ///   - isShared: whether unknown keys belong to another program.
    ///   - goesOn: whether what can't be used becomes one of the result's problems, and the rest is read.
    ///   - stranger: what to say of an option that others read.
    /// - Throws: `OptionError` with the line.
    package static func section(
        _ section: INIFile.Section,
        path: String,
        audience: OptionSpecification.Audience,
        isShared: Bool = false,
        goesOn: Bool = false,
        stranger: (OptionSpecification) -> String
    ) throws(OptionError) -> ParsedOptions {
        var result = ParsedOptions()
        for entry in section.entries where entry.key != "version" {
            do {
                try read(entry, path, audience, isShared: isShared, stranger, into: &result)
            } catch {
                guard goesOn else { throw error }
                result.problems.append(error)
            }
        }
        return result
    }

    private static func read(
        _ entry: INIFile.Entry,
        _ path: String,
        _ audience: OptionSpecification.Audience,
        isShared: Bool,
        _ stranger: (OptionSpecification) -> String,
        into result: inout ParsedOptions
    ) throws(OptionError) {
        let place = OptionPlace.file(path, line: entry.line)
        /// What belongs to another program is left to it.
        func skip(_ message: String) throws(OptionError) {
            guard isShared else { throw OptionError(place, message) }
            result.warnings.append(OptionWarning(place: place, message: message + "; skipped"))
        }
        guard let meaning = OptionTable.find(key: entry.key) else { return try skip(unknown(key: entry.key, audience)) }
        let option = meaning.option
        guard !option.audience.isDisjoint(with: audience) else {
            return try skip("'\(entry.key)' " + stranger(option))
        }
        do {
            let value = try value(entry.value, of: option, isOff: meaning.isOff, place: place)
            add(value, of: option, at: place, spelled: entry.key, to: &result)
        } catch {
            let message = "'\(entry.key)' \(error.message)"
            guard option.support != .implemented else { throw OptionError(place, message) }
            try skip(message)
        }
    }

    private static func read(
        _ file: OptionFile,
        _ audience: OptionSpecification.Audience,
        into result: inout ParsedOptions
    ) throws(OptionError) {
        let content = try INIFile(file.text, path: file.path)
        result.warnings += content.warnings
        for section in content.sections {
            guard section.name == "*" || section.name == INIFile.defaultSection else {
                let place = OptionPlace.file(file.path, line: section.line)
                let message = "[\(section.name)] is no section of this file; models have theirs in --models-preset"
                guard file.isShared else { throw OptionError(place, message) }
                result.warnings.append(OptionWarning(place: place, message: message + "; skipped"))
                continue
            }
            let parsed = try self.section(section, path: file.path, audience: audience, isShared: file.isShared) { _ in
                "belongs into a model's section of a preset file"
            }
            result.values = result.values.merging(parsed.values)
            result.warnings += parsed.warnings
        }
    }

    private static func read(
        _ environment: [String: String],
        _ audience: OptionSpecification.Audience,
        into result: inout ParsedOptions
    ) throws(OptionError) {
        // In a fixed order, and the variables that turn flags off last: with llama-server they win.
        let sorted = environment.sorted {
            let isOff = (OptionTable.isOff(environment: $0.key), OptionTable.isOff(environment: $1.key))
            return isOff.0 == isOff.1 ? $0.key < $1.key : isOff.1
        }
        for (variable, text) in sorted {
            let place = OptionPlace.environment(variable)
            if let meaning = OptionTable.find(environment: variable) {
                let option = meaning.option
                guard !option.audience.isDisjoint(with: audience) else { continue }
                // llama-server's variables that turn a flag off do so by being there, whatever they hold.
                let value = try value(meaning.isOff ? "1" : text, of: option, isOff: meaning.isOff, place: place)
                result.values.set(option.name, to: option.isRepeatable ? .array([value]) : value, at: place)
                if let warning = pending(value, of: option, at: place) { result.warnings.append(warning) }
            } else if let refused = OptionTable.refusedByName[variable] {
                throw OptionError(place, "is not supported: \(refused.reason)")
            } else if variable.hasPrefix("LLAMA_ARG_") {
                let nearest = EditDistance.nearest(to: variable, among: OptionTable.variables.keys)
                let message = "no option has this variable" + (nearest.map { "; did you mean \($0)?" } ?? "")
                result.warnings.append(OptionWarning(place: place, message: message))
            }
        }
    }

    private static func read(
        _ arguments: [String],
        _ audience: OptionSpecification.Audience,
        into result: inout ParsedOptions
    ) throws(OptionError) {
        var given = ParsedOptions()
        var index = arguments.startIndex
        while index < arguments.endIndex {
            var spelling = arguments[index]
            index += 1
            var attached: String?
            if spelling.hasPrefix("--"), let equals = spelling.firstIndex(of: "=") {
                attached = String(spelling[spelling.index(after: equals)...])
                spelling = String(spelling[..<equals])
            }
            let place = OptionPlace.commandLine(spelling)
            guard let meaning = OptionTable.find(spelling), !meaning.option.audience.isDisjoint(with: audience) else {
                throw OptionError(place, unknown(flag: spelling, audience))
            }
            let option = meaning.option
            if case .flag = option.kind {
                attached = attached ?? "on"
            } else if attached == nil, index < arguments.endIndex {
                attached = arguments[index]
                index += 1
                if case .range = option.kind, let first = attached, Int(first) != nil, index < arguments.endIndex,
                    Int(arguments[index]) != nil
                {
                    attached = first + " " + arguments[index]
                    index += 1
                }
            }
            guard let attached else {
                if case .refused(let reason) = option.support {
                    throw OptionError(place, "is not supported: \(reason)")
                }
                throw OptionError(place, "needs a value: \(option.placeholder)")
            }
            let value = try value(attached, of: option, isOff: meaning.isOff, place: place)
            add(value, of: option, at: place, spelled: spelling, to: &given)
        }
        result.values = result.values.merging(given.values)
        result.warnings += given.warnings
    }

    private static func add(
        _ value: JSONValue,
        of option: OptionSpecification,
        at place: OptionPlace,
        spelled: String,
        to result: inout ParsedOptions
    ) {
        if let warning = pending(value, of: option, at: place) { result.warnings.append(warning) }
        // Another way of saying how much to log, so that of the two the last one counts.
        if option.name == OptionName(\.verbose), value == true {
            return result.values.set(\.logVerbosity, to: 5, at: place)
        }
        if option.isRepeatable { return result.values.append(option.name, value, at: place) }
        if let earlier = result.values[option.name], earlier != value {
            let name = if case .file = place { "'\(spelled)' " } else { "" }
            result.warnings.append(OptionWarning(place: place, message: "\(name)is given twice; the last one counts"))
        }
        result.values.set(option.name, to: value, at: place)
    }

    private static func unknown(flag: String, _ audience: OptionSpecification.Audience) -> String {
        if let refused = OptionTable.refusedByName[OptionTable.normal(flag)] {
            return "is not supported: \(refused.reason)"
        }
        if let option = OptionTable.find(flag)?.option {
            guard option.audience == .preset else { return "is an option of the router, not of a worker" }
            return "belongs into a model's section of a preset file"
        }
        let known = OptionTable.spellings.filter { !$0.value.option.audience.isDisjoint(with: audience) }.keys
        let nearest = EditDistance.nearest(to: flag, among: known)
        return "unknown option" + (nearest.map { "; did you mean \($0)?" } ?? "; --help lists all")
    }

    private static func unknown(key: String, _ audience: OptionSpecification.Audience) -> String {
        if let refused = OptionTable.refusedByName[key] { return "'\(key)' is not supported: \(refused.reason)" }
        let known = OptionTable.keys.filter { !$0.value.option.audience.isDisjoint(with: audience) }.keys
        let nearest = EditDistance.nearest(to: key, among: known)
        return "unknown key '\(key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    }
}
