// SPDX-License-Identifier: MIT

package import Wire

/// A JSON schema that the engine can turn into a grammar.
package struct CheckedSchema: Equatable {
    /// A part whose grammar is made here. In the schema a constant stands for it, which the engine writes into its grammar;
    /// there the rule takes its place.
    package struct Part: Equatable {
        /// The text that the constant is.
        package let constant: String
        /// The rule's name.
        package let rule: String
        /// That rule and those that it needs, as GBNF.
        package let rules: String

        package init(constant: String, rule: String, rules: String) {
            self.constant = constant
            self.rule = rule
            self.rules = rules
        }

        /// What the boundary in `CLlama` reads.
        var json: JSONValue {
            ["constant": .string(constant), "rule": .string(rule), "rules": .string(rules)]
        }
    }

    /// What the engine gets.
    package let json: JSONValue
    /// The parts of it that are made here.
    package let parts: [Part]
    /// Keywords with their places that nothing enforces.
    package let ignored: [String]
    /// Keywords with their places that only the grammars made here enforce.
    package let translated: [String]
    /// Keywords with their places that say what a text may be.
    package let texts: [String]

    /// The members that ask the engine for its grammar.
    var request: [JSONValue.Member] {
        let schema = JSONValue.Member("json_schema", json == .object([]) ? ["type": "object"] : json)
        return parts.isEmpty ? [schema] : [schema, .init("grammar_parts", .array(parts.map(\.json)))]
    }
}
