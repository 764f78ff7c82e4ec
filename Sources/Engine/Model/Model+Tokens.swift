// SPDX-License-Identifier: MIT

import CLlama

extension Model {
    /// Tokens of a text.
    /// - Parameters:
    ///   - addSpecial: whether the vocabulary's begin and end tokens are put around it.
    ///   - parseSpecial: whether text such as `<|im_end|>` means the special token.
    /// - Throws: `invalidRequest` for text that is too long.
    package func tokenize(_ text: String, addSpecial: Bool, parseSpecial: Bool) throws(EngineError) -> [Int32] {
        var text = text
        var tokens: [Int32] = []
        var needed = Int32(clamping: text.utf8.count / 2 + 8)
        // The first guess is nearly always enough; the second is exact.
        for _ in 0..<2 {
            let capacity = needed
            tokens = [Int32](unsafeUninitializedCapacity: Int(capacity)) { buffer, count in
                needed = text.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) { characters in
                        eh_tokenize(
                            handle,
                            characters.baseAddress,
                            characters.count,
                            addSpecial,
                            parseSpecial,
                            buffer.baseAddress,
                            capacity
                        )
                    }
                }
                count = needed < 0 || needed > capacity ? 0 : Int(needed)
            }
            if needed <= capacity { break }
        }
        guard needed >= 0 else { throw .last(.invalidRequest, "the text could not be tokenized") }
        return tokens
    }

    /// The bytes that a token stands for; they need not be whole UTF-8.
    /// - Parameter special: whether control tokens show their text.
    package func piece(_ token: Int32, special: Bool) -> [UInt8] {
        guard token >= 0, token < facts.vocabularySize else { return [] }
        var capacity: Int32 = 32
        while true {
            var length: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(capacity)) { buffer, count in
                length = buffer.withMemoryRebound(to: CChar.self) { characters in
                    eh_token_piece(handle, token, special, characters.baseAddress, capacity)
                }
                count = Int(max(length, 0))
            }
            guard length < 0 else { return bytes }
            capacity = -length
        }
    }

    /// The text of tokens; bytes that are no UTF-8 become U+FFFD.
    package func detokenize(_ tokens: [Int32]) -> String {
        String(decoding: tokens.flatMap { piece($0, special: true) }, as: UTF8.self)
    }
}

extension String {
    /// Takes over a text that the engine allocated; bytes that are no UTF-8 become U+FFFD.
    init?(owned text: eh_text) {
        guard let bytes = text.bytes else { return nil }
        self.init(borrowed: bytes, text.length)
        eh_text_free(text)
    }

    /// Copies a text that the engine keeps: whole, whatever characters it has.
    init(borrowed bytes: UnsafePointer<CChar>?, _ length: Int) {
        let buffer = UnsafeBufferPointer(start: bytes, count: length)
        self = buffer.withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
    }
}
