// SPDX-License-Identifier: MIT

import CLlama

/// Turns JSON schemas into grammars.
package enum SchemaGrammar {
    /// The GBNF grammar of a JSON schema.
    /// - Throws: `invalidRequest` for a schema that cannot be turned into one.
    package static func text(of schema: String) throws(EngineError) -> String {
        guard let text = String(owned: eh_schema_grammar(schema)) else {
            throw .last(.invalidRequest, "the JSON schema cannot be used")
        }
        return text
    }
}
