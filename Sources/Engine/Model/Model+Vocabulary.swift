// SPDX-License-Identifier: MIT

import CLlama

extension Model {
    /// The tokens that ask for what stands in the middle of a text; nil for those that the vocabulary lacks.
    package struct InfillTokens: Sendable, Equatable {
        package let prefix: Int32?
        package let suffix: Int32?
        package let middle: Int32?
        /// Before the name of a repository.
        package let repository: Int32?
        /// Before the name of a file.
        package let file: Int32?
    }

    package var infillTokens: InfillTokens {
        var raw = eh_infill_tokens()
        eh_model_get_infill_tokens(handle, &raw)
        func token(_ id: Int32) -> Int32? { id >= 0 ? id : nil }
        return InfillTokens(
            prefix: token(raw.prefix),
            suffix: token(raw.suffix),
            middle: token(raw.middle),
            repository: token(raw.repository),
            file: token(raw.file)
        )
    }

    /// The tokens of a query and a document, which a model is to compare.
    /// - Throws: `invalidRequest` for text that is too long.
    package func rankingPrompt(query: String, document: String) throws(EngineError) -> [Int32] {
        if let template = eh_model_rerank_template(handle).map(String.init(cString:)) {
            // One pass, so that what a query holds is no place for the document.
            var text = ""
            var rest = template[...]
            while let brace = rest.firstIndex(of: "{") {
                text += rest[..<brace]
                rest = rest[brace...]
                if rest.hasPrefix("{query}") {
                    text += query
                    rest = rest.dropFirst(7)
                } else if rest.hasPrefix("{document}") {
                    text += document
                    rest = rest.dropFirst(10)
                } else {
                    text += "{"
                    rest = rest.dropFirst()
                }
            }
            return try tokenize(text + rest, addSpecial: false, parseSpecial: true)
        }
        let separator = eh_token_sep(handle)
        let end = eos ?? (separator >= 0 ? separator : nil)
        let ends = eh_model_adds_eos(handle) ? end.map { [$0] } ?? [] : []
        var tokens = facts.addsBOS ? bos.map { [$0] } ?? [] : []
        tokens += try tokenize(query, addSpecial: false, parseSpecial: false) + ends
        if eh_model_adds_sep(handle), separator >= 0 { tokens.append(separator) }
        tokens += try tokenize(document, addSpecial: false, parseSpecial: false) + ends
        return tokens
    }
}
