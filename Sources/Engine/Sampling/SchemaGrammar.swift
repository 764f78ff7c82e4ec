// SPDX-License-Identifier: MIT

import CLlama

/// Turns JSON schemas into grammars.
package enum SchemaGrammar {
    /// The GBNF grammar of a JSON schema.
    /// - Parameter request: a JSON object with `json_schema`, and `grammar_parts` as `eh_schema_grammar` wants them.
    /// - Throws: `invalidRequest` for a schema that cannot be turned into one.
    package static func text(of request: String) throws(EngineError) -> String {
        guard let text = String(owned: Lent.text(request) { eh_schema_grammar($0, $1) }) else {
            throw .last(.invalidRequest, "the JSON schema cannot be used")
        }
        return text
    }
}
