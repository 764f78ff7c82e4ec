// SPDX-License-Identifier: MIT

package import Wire

/// Probabilities in the shape that OpenAI's text completions have: four arrays, with one element for each token.
package struct LegacyProbabilities: Sendable {
    /// A token's bytes, and a natural logarithm of its probability.
    package struct Candidate: Sendable {
        let bytes: [UInt8]
        let value: Double

        package init(_ bytes: [UInt8], _ value: Double) {
            self.bytes = bytes
            self.value = value
        }
    }

    private var tokens: [JSONValue] = []
    private var values: [JSONValue] = []
    private var top: [JSONValue] = []
    private var offsets: [JSONValue] = []
    /// Characters (Unicode scalars) before the next token.
    private var offset: Int

    /// - Parameter offset: characters of the text before the first token.
    package init(offset: Int = 0) {
        self.offset = offset
    }

    package var isEmpty: Bool { tokens.isEmpty }

    /// Nothing so far, at the place behind these tokens.
    package var following: LegacyProbabilities { LegacyProbabilities(offset: offset) }

    /// Takes a token whose probability is known.
    /// - Parameter candidates: the likeliest tokens.
    package mutating func append(_ token: Candidate, top candidates: [Candidate]) {
        add(token.bytes, isShown: true)
        values.append(.number(token.value))
        var names: [String: Double] = [:]
        var order: [String] = []
        // The token itself is always among them.
        for candidate in candidates + [token] {
            let name = Self.name(candidate.bytes)
            if let earlier = names[name] {
                // Tokens that look alike: what is likeliest must be seen to be.
                names[name] = max(earlier, candidate.value)
            } else {
                names[name] = candidate.value
                order.append(name)
            }
        }
        top.append(.object(order.map { .init($0, .number(names[$0] ?? 0)) }))
    }

    /// Takes a token of which no probability is given, as the first of a text.
    /// - Parameter isShown: whether it is a part of the text.
    package mutating func append(unknown bytes: [UInt8], isShown: Bool = true) {
        add(bytes, isShown: isShown)
        values.append(.null)
        top.append(.null)
    }

    /// Takes the tokens that stand behind.
    package mutating func append(_ other: LegacyProbabilities) {
        tokens += other.tokens
        values += other.values
        top += other.top
        offsets += other.offsets
        offset = other.offset
    }

    /// The four members.
    package var members: [JSONValue.Member] {
        [
            .init("tokens", .array(tokens)), .init("token_logprobs", .array(values)),
            .init("top_logprobs", .array(top)), .init("text_offset", .array(offsets)),
        ]
    }

    /// Characters of UTF-8 text; a part of a character counts where its first byte is.
    static func characters(_ bytes: [UInt8]) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }

    private mutating func add(_ bytes: [UInt8], isShown: Bool) {
        tokens.append(.string(Self.name(bytes)))
        offsets.append(.integer(Int64(offset)))
        if isShown { offset += Self.characters(bytes) }
    }

    /// The text; of bytes that are no text by themselves, OpenAI's way to write them.
    private static func name(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return "bytes:"
            + bytes.map { byte in
                let digits = String(byte, radix: 16)
                return "\\x" + (digits.count < 2 ? "0" : "") + digits
            }.joined()
    }
}
