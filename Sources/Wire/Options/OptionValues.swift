// SPDX-License-Identifier: MIT

/// The options that were given, checked against the table.
package struct OptionValues: Sendable, Equatable {
    private var values: [OptionName: JSONValue] = [:]

    package init() {}

    /// The value of an option, nil if it wasn't given.
    package subscript(name: OptionName) -> JSONValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// A flag, or its default.
    package func flag(_ name: OptionName, default standard: Bool = false) -> Bool { values[name]?.bool ?? standard }

    package func integer(_ name: OptionName) -> Int? { values[name]?.integer.map(Int.init) }

    package func number(_ name: OptionName) -> Double? { values[name]?.double }

    package func text(_ name: OptionName) -> String? { values[name]?.string }

    /// A command line that says the same, of the options that `audience` reads.
    package func arguments(for audience: OptionSpecification.Audience, without: Set<OptionName>) -> [String] {
        OptionTable.all.flatMap { option -> [String] in
            guard option.audience.contains(audience), !without.contains(option.name), let value = values[option.name]
            else { return [] }
            let name = option.name.rawValue
            return switch value {
            case .bool(true): ["--" + name]
            case .bool(false): ["--no-" + name]
            case .string(let text): ["--" + name, text]
            default: ["--" + name, value.text]
            }
        }
    }
}
