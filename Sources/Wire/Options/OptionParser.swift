// SPDX-License-Identifier: MIT

/// Reads options from the environment and from a command line, which wins.
package enum OptionParser {
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - audience: whose options are known.
    /// - Throws: `OptionError` for what is unknown or out of range.
    package static func parse(
        _ arguments: [String],
        environment: [String: String],
        audience: OptionSpecification.Audience
    ) throws(OptionError) -> OptionValues {
        var values = OptionValues()
        for option in OptionTable.all where !option.audience.isDisjoint(with: audience) {
            guard let variable = option.environment, let text = environment[variable] else { continue }
            values[option.name] = try value(text, of: option, place: variable)
        }
        var index = arguments.startIndex
        while index < arguments.endIndex {
            var spelling = arguments[index]
            index += 1
            var attached: String?
            if spelling.hasPrefix("--"), let equals = spelling.firstIndex(of: "=") {
                attached = String(spelling[spelling.index(after: equals)...])
                spelling = String(spelling[..<equals])
            }
            guard let (option, isOff) = OptionTable.find(spelling), !option.audience.isDisjoint(with: audience) else {
                throw OptionError(place: spelling, message: "unknown option" + suggestion(spelling, audience))
            }
            if case .flag = option.kind {
                values[option.name] = try flag(attached, isOff: isOff, spelling: spelling)
                continue
            }
            if attached == nil, index < arguments.endIndex {
                attached = arguments[index]
                index += 1
            }
            guard let attached else {
                throw OptionError(place: spelling, message: "needs a value: \(option.placeholder)")
            }
            values[option.name] = try value(attached, of: option, place: spelling)
        }
        return values
    }

    /// Reads a value.
    /// - Parameter place: what named it, for the error.
    package static func value(
        _ text: String,
        of option: OptionSpecification,
        place: String
    ) throws(OptionError) -> JSONValue {
        switch option.kind {
        case .flag:
            guard let value = truth(text) else {
                throw OptionError(place: place, message: "must be on or off, not '\(text)'")
            }
            return .bool(value)
        case .integer(let range):
            guard let value = Int(text), range.contains(value) else {
                throw OptionError(
                    place: place,
                    message: "must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
                )
            }
            return .integer(Int64(value))
        case .number(let range):
            guard let value = Double(text), range.contains(value) else {
                throw OptionError(
                    place: place,
                    message: "must be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
                )
            }
            return .number(value)
        case .choice(let choices):
            guard choices.contains(text) else {
                throw OptionError(
                    place: place,
                    message: "must be one of \(choices.joined(separator: ", ")), not '\(text)'"
                )
            }
            return .string(text)
        case .text:
            guard !text.isEmpty else { throw OptionError(place: place, message: "must not be empty") }
            return .string(text)
        }
    }

    private static func flag(_ attached: String?, isOff: Bool, spelling: String) throws(OptionError) -> JSONValue {
        guard let attached else { return .bool(!isOff) }
        guard let value = truth(attached) else {
            throw OptionError(place: spelling, message: "must be on or off, not '\(attached)'")
        }
        return .bool(value != isOff)
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "on", "enabled", "true", "1": true
        case "off", "disabled", "false", "0": false
        default: nil
        }
    }

    private static func suggestion(_ spelling: String, _ audience: OptionSpecification.Audience) -> String {
        let known = OptionTable.spellings.filter { !$0.value.option.audience.isDisjoint(with: audience) }.keys
        let nearest = known.map { ($0, distance($0, spelling)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
        guard let (name, edits) = nearest, edits <= 3, edits < spelling.count / 2 else { return "; --help lists all" }
        return "; did you mean \(name)?"
    }

    /// Levenshtein's distance: how many characters must be put in, left out or changed.
    private static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let next = min(diagonal + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
