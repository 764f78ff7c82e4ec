// SPDX-License-Identifier: MIT

extension OptionParser {
    /// Reads a value.
    /// - Parameters:
    ///   - isOff: whether the name was one that turns a flag off.
    ///   - place: what gave it, for the error.
    /// - Throws: what is out of range, or what the program cannot do.
    package static func value(
        _ text: String,
        of option: OptionSpecification,
        isOff: Bool = false,
        place: OptionPlace
    ) throws(OptionError) -> JSONValue {
        let value = try checked(text, kind: option.kind, isOff: isOff, place: place)
        switch option.support {
        case .implemented, .pending:
            return value
        case .only(let accepted, let reason):
            guard accepted.contains(word(value)) else {
                let subject = if case .bool = value { "" } else { "\(word(value)) " }
                throw OptionError(place, subject + "is not supported: \(reason)")
            }
            return value
        case .refused(let reason):
            throw OptionError(place, "is not supported: \(reason)")
        }
    }

    /// Reads a value of a kind, whatever option it is for.
    /// - Throws: what is no such value.
    package static func checked(
        _ text: String,
        kind: OptionSpecification.Kind,
        isOff: Bool = false,
        place: OptionPlace
    ) throws(OptionError) -> JSONValue {
        switch kind {
        case .flag:
            guard let value = truth(text) else { throw OptionError(place, "must be on or off, not '\(text)'") }
            return .bool(value != isOff)
        case .automatic:
            if text == "auto" || text == "-1" { return "auto" }
            guard let value = truth(text) else { throw OptionError(place, "must be on, off or auto, not '\(text)'") }
            return value ? "on" : "off"
        case .integer(let range, let words):
            if let value = words[text] { return .integer(Int64(value)) }
            guard let value = Int(text), range.contains(value) else {
                let others = words.keys.filter { Int($0) == nil }.sorted().map { ", or \($0)" }.joined()
                throw OptionError(
                    place,
                    "must be a whole number from \(range.lowerBound) to \(range.upperBound)\(others), not '\(text)'"
                )
            }
            return .integer(Int64(value))
        case .number(let range):
            // No number that is as good as zero is meant to be another one.
            guard let value = Double(text), range.contains(value), value.isNormal || value.isZero else {
                throw OptionError(
                    place,
                    "must be a number from \(brief(range.lowerBound)) to \(brief(range.upperBound)), not '\(text)'"
                )
            }
            return .number(value)
        case .range(let range):
            let parts = text.split { " ,-".contains($0) }.map { Int($0) }
            guard parts.count == 2, let first = parts[0], let last = parts[1], first <= last, range.contains(first),
                range.contains(last)
            else {
                throw OptionError(
                    place,
                    "must be two whole numbers from \(range.lowerBound) to \(range.upperBound), the smaller one first, as in "
                        + "'\(range.lowerBound) \(range.lowerBound + 1)', not '\(text)'"
                )
            }
            return .string("\(first) \(last)")
        case .path:
            return .string(try prefix(text, place))
        case .choice(let choices):
            guard choices.contains(text) else {
                throw OptionError(place, "must be one of \(choices.joined(separator: ", ")), not '\(text)'")
            }
            return .string(text)
        case .choices(let choices):
            for word in text.split(separator: ",", omittingEmptySubsequences: false)
            where !choices.contains(String(word)) {
                throw OptionError(place, "must be of \(choices.joined(separator: ", ")), not '\(word)'")
            }
            return .string(text)
        case .text:
            guard !text.isEmpty else { throw OptionError(place, "must not be empty") }
            return .string(text)
        case .json:
            do {
                guard case .object = try JSONValue(parsing: text) else {
                    throw OptionError(place, "must be a JSON object")
                }
            } catch let error as OptionError {
                throw error
            } catch {
                throw OptionError(place, "must be a JSON object: \(error)")
            }
            return .string(text)
        }
    }

    /// What all paths begin with: nothing that a path couldn't hold, and no slash at its end.
    private static func prefix(_ text: String, _ place: OptionPlace) throws(OptionError) -> String {
        let isPath =
            text.hasPrefix("/")
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"?#%\"<>\\".utf8.contains($0) }
            && !text.split(separator: "/").contains { $0 == "." || $0 == ".." } && !text.contains("//")
        guard isPath else {
            throw OptionError(place, "must be a path that begins with a slash, such as /llm, not '\(text)'")
        }
        return String(text.last == "/" ? text.dropLast() : text[...])
    }

    /// What to say of a value that has no effect yet.
    static func pending(_ value: JSONValue, of option: OptionSpecification, at place: OptionPlace) -> OptionWarning? {
        guard case .pending(let reason, let words) = option.support else { return nil }
        let name = if case .file = place { "'\(option.name.rawValue)' " } else { "" }
        guard !words.isEmpty else { return OptionWarning(place: place, message: name + "has no effect yet: \(reason)") }
        let given = (value.string ?? "").split(separator: ",").map(String.init).filter(words.contains)
        guard !given.isEmpty else { return nil }
        let subject = given.joined(separator: ", ") + (given.count == 1 ? " has" : " have")
        return OptionWarning(place: place, message: name + subject + " no effect yet: \(reason)")
    }

    /// What the words for on and off mean.
    package static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "on", "enabled", "true", "1": true
        case "off", "disabled", "false", "0": false
        default: nil
        }
    }

    private static func word(_ value: JSONValue) -> String {
        switch value {
        case .bool(let isOn): isOn ? "on" : "off"
        default: value.string ?? value.text
        }
    }

    private static func brief(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }
}
