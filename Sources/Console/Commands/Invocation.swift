// SPDX-License-Identifier: MIT

package import Wire

/// A command with its words and options, checked against the table.
package struct Invocation: Sendable {
    package let command: Command
    /// The words that are no options.
    package let words: [String]
    package let values: [CommandOption.Name: JSONValue]

    package func flag(_ name: CommandOption.Name) -> Bool { values[name]?.bool ?? false }
    package func text(_ name: CommandOption.Name) -> String? { values[name]?.string }
    package func integer(_ name: CommandOption.Name) -> Int? { values[name]?.integer.map(Int.init) }
    package func number(_ name: CommandOption.Name) -> Double? { values[name]?.double }
}
