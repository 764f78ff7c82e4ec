// SPDX-License-Identifier: MIT

/// How long a model stays after its last request: Ollama's `keep_alive`, a number of seconds or a duration as Go writes it
/// (`"10m"`, `"1h30m"`, `"-1s"`). Source: Ollama's `api/types.go`, `Duration`; Go's `time.ParseDuration`.
package enum KeepAlive: Sendable, Equatable {
    /// Until others need its place.
    case forever
    case after(Duration)

    /// The longest time that is told from for ever.
    private static let longest = 100 * 365 * 86_400.0

    /// - Parameter seconds: below zero for ever.
    package init(seconds: Double) {
        self = seconds < 0 || !(seconds <= Self.longest) ? .forever : .after(.seconds(seconds))
    }

    /// - Returns: nil for what is neither a number nor a duration.
    package init?(json: JSONValue) {
        if let number = json.double {
            self.init(seconds: number)
        } else if let text = json.string, let seconds = Self.seconds(text) {
            self.init(seconds: seconds)
        } else {
            return nil
        }
    }

    /// - Parameter text: as `OLLAMA_KEEP_ALIVE` has it; blanks and quotes around it don't count.
    /// - Returns: nil for what is neither a number nor a duration.
    package init?(variable text: String) {
        func isAround(_ character: Character) -> Bool {
            character.isWhitespace || character == "\"" || character == "'"
        }
        let inside = text.drop(while: isAround)
        let end = inside.lastIndex { !isAround($0) }
        guard let end, let seconds = Self.seconds(String(inside[...end])) else { return nil }
        self.init(seconds: seconds)
    }

    /// What a value must be, for errors.
    package static let sentence = "'keep_alive' must be a number of seconds, or a duration such as \"5m\" or \"-1\""

    private static let units: [Substring: Double] = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
    ]

    private static func seconds(_ text: String) -> Double? {
        // What Ollama's own variables allow: a number by itself counts seconds.
        if let number = Double(text), number.isFinite { return number }
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var sum = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(digits.count).prefix { !$0.isNumber && $0 != "." }
            guard let number = Double(digits), let factor = units[unit] else { return nil }
            sum += number * factor
            rest = rest.dropFirst(digits.count + unit.count)
        }
        return isNegative ? -sum : sum
    }
}
