// SPDX-License-Identifier: MIT

/// The options that were given, checked against the table. Two are equal if they say the same, wherever it was said.
@dynamicMemberLookup package struct OptionValues: Sendable, Equatable {
    private struct Entry: Sendable {
        var value: JSONValue
        var place: OptionPlace
    }

    private var entries: [OptionName: Entry] = [:]

    package init() {}

    package static func == (a: OptionValues, b: OptionValues) -> Bool {
        a.entries.mapValues(\.value) == b.entries.mapValues(\.value)
    }

    /// The value of an option, nil if it wasn't given.
    package subscript(name: OptionName) -> JSONValue? {
        get { entries[name]?.value }
        set { entries[name] = newValue.map { Entry(value: $0, place: .program) } }
    }

    /// Sets a value that was given somewhere.
    package mutating func set(_ name: OptionName, to value: JSONValue, at place: OptionPlace) {
        entries[name] = Entry(value: value, place: place)
    }

    /// Adds a value to those of a repeatable option.
    package mutating func append(_ name: OptionName, _ value: JSONValue, at place: OptionPlace) {
        entries[name] = Entry(value: .array((entries[name]?.value.array ?? []) + [value]), place: place)
    }

    /// Where an option's value was given; nil if it wasn't.
    package func place(of name: OptionName) -> OptionPlace? { entries[name]?.place }

    /// The options that were given.
    package var names: Set<OptionName> { Set(entries.keys) }

    package var isEmpty: Bool { entries.isEmpty }

    // MARK: By type

    /// The value of an option, or the default that the table has for it.
    package subscript<Value>(dynamicMember path: OptionPath<Value>) -> Value {
        let key = OptionTable.current[keyPath: path]
        return key.value(entries[key.name]?.value) ?? key.standard
    }

    /// The value of an option; nil if it wasn't given.
    package func given<Value>(_ path: OptionPath<Value>) -> Value? {
        let key = OptionTable.current[keyPath: path]
        return key.value(entries[key.name]?.value)
    }

    /// Whether an option was given.
    package func has<Value>(_ path: OptionPath<Value>) -> Bool { entries[OptionName(path)] != nil }

    /// The value of an option as the parser has put it down, nil if it wasn't given.
    package subscript<Value>(path: OptionPath<Value>) -> JSONValue? {
        get { self[OptionName(path)] }
        set { self[OptionName(path)] = newValue }
    }

    /// A number of seconds, or its default; what is longer than any clock runs is cut off.
    package func seconds(_ path: OptionPath<Double>) -> Duration { Self.seconds(self[dynamicMember: path]) }

    /// A number of seconds; nil if it wasn't given.
    package func seconds(_ path: OptionPath<Double?>) -> Duration? { self[dynamicMember: path].map(Self.seconds) }

    /// A number of seconds; nil if it wasn't given, whatever the default is.
    package func givenSeconds(_ path: OptionPath<Double>) -> Duration? { given(path).map(Self.seconds) }

    private static func seconds(_ number: Double) -> Duration {
        number.isNaN ? .zero : .seconds(min(max(number, -1e9), 1e9))
    }

    /// Where an option's value was given; nil if it wasn't.
    package func place<Value>(of path: OptionPath<Value>) -> OptionPlace? { place(of: OptionName(path)) }

    package func texts<Value>(_ path: OptionPath<Value>) -> [String] { texts(OptionName(path)) }

    package func list<Value>(_ path: OptionPath<Value>) -> [String] { list(OptionName(path)) }

    /// The parts of what was given, or else of the default.
    package func list(_ path: OptionPath<String>) -> [String] {
        has(path) ? list(OptionName(path)) : Self.parts(of: self[dynamicMember: path])
    }

    package func error<Value>(_ path: OptionPath<Value>, _ message: String) -> OptionError {
        error(OptionName(path), message)
    }

    /// Sets a value that was given somewhere.
    package mutating func set<Value>(_ path: OptionPath<Value>, to value: JSONValue, at place: OptionPlace) {
        set(OptionName(path), to: value, at: place)
    }

    // MARK: By name

    /// How much to log, from 0 to 5.
    package var verbosity: Int { self.logVerbosity }

    /// All values of a repeatable option, in their order.
    package func texts(_ name: OptionName) -> [String] {
        guard let value = self[name] else { return [] }
        return value.array?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
    }

    /// The same, in which a backslash stands for another character unless the options say otherwise.
    package func unescapedTexts(_ name: OptionName) -> [String] {
        self.escape ? texts(name).map(Escapes.read) : texts(name)
    }

    /// The parts of one value, or of several, between commas, without spaces around them and without empty ones.
    package func list(_ name: OptionName) -> [String] {
        texts(name).flatMap(Self.parts)
    }

    private static func parts(of text: String) -> [String] {
        text.split(separator: ",").compactMap {
            let part = $0.drop { $0 == " " || $0 == "\t" }
            guard let last = part.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return nil }
            return String(part[...last])
        }
    }

    /// These, with those of `other` in the place of the same ones here.
    package func merging(_ other: OptionValues) -> OptionValues {
        var result = self
        result.entries.merge(other.entries) { $1 }
        return result
    }

    /// Those for which `isWanted` says so.
    package func filter(_ isWanted: (OptionName, OptionPlace) -> Bool) -> OptionValues {
        var result = OptionValues()
        result.entries = entries.filter { isWanted($0.key, $0.value.place) }
        return result
    }

    /// Those that `audience` reads.
    package func of(_ audience: OptionSpecification.Audience) -> OptionValues {
        filter { name, _ in OptionTable[name].map { !$0.audience.isDisjoint(with: audience) } ?? false }
    }

    /// An error about an option, at the place where it was given.
    package func error(_ name: OptionName, _ message: String) -> OptionError {
        OptionError(place(of: name) ?? .commandLine("--" + name.rawValue), message)
    }

    /// A command line that says the same, of the options that `audience` reads; nothing secret is on it.
    package func arguments(for audience: OptionSpecification.Audience, without: Set<OptionName>) -> [String] {
        inOrder.flatMap { option -> [String] in
            guard option.audience.contains(audience), !option.isSecret, !without.contains(option.name),
                let value = self[option.name]
            else { return [] }
            let name = "--" + option.name.rawValue
            return switch value {
            case .bool(true): [name]
            case .bool(false): ["--no-" + option.name.rawValue]
            case .array(let values): values.flatMap { [name, Self.text(of: $0)] }
            default: [name, Self.text(of: value)]
            }
        }
    }

    /// The lines of an INI section that say the same; nothing secret is among them.
    package func lines(without: Set<OptionName> = []) -> [String] {
        pairs(without: without).map { "\($0.name.rawValue) = \(INIFile.quoted($0.value))" }
    }

    /// The options and what a file says of them, a repeatable one once for each of its values; nothing secret is among them.
    package func pairs(without: Set<OptionName> = []) -> [(name: OptionName, value: String)] {
        inOrder.flatMap { option -> [(name: OptionName, value: String)] in
            guard !option.isSecret, !without.contains(option.name), let value = self[option.name] else { return [] }
            return (value.array ?? [value]).map { (option.name, Self.text(of: $0)) }
        }
    }

    /// The options that were given, in the table's order: a few, where the table has hundreds.
    private var inOrder: [OptionSpecification] {
        entries.keys.compactMap { OptionTable.places[$0] }.sorted().map { OptionTable.all[$0] }
    }

    private static func text(of value: JSONValue) -> String {
        value.string ?? value.integer.map(String.init) ?? value.text
    }
}
