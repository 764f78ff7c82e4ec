// SPDX-License-Identifier: MIT

/// An option's long name, without dashes: its identity, whatever type its value has.
package struct OptionName: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    /// For the declaration of an option.
    package init(stringLiteral name: String) {
        rawValue = name
    }

    /// The name of a member of the table.
    package init<Value>(_ path: OptionPath<Value>) {
        self = OptionTable.current[keyPath: path].name
    }

    /// The names of members of the table, whatever their types.
    package static func list<each Value: Sendable>(_ paths: repeat OptionPath<each Value>) -> [OptionName] {
        var names: [OptionName] = []
        repeat names.append(OptionName(each paths))
        return names
    }
}

/// Where an option is declared, as in `\.port`.
package typealias OptionPath<Value: Sendable> = KeyPath<OptionTable, OptionKey<Value>>
