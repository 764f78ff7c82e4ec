// SPDX-License-Identifier: MIT

/// What a slot's file says of its tokens, as words in front of the state: -1, the format's version, the count and the tokens, the
/// count of pictures' and sounds' chunks. Each chunk then has its start, its tokens, its positions, the bytes of its key, and the
/// key, four bytes a word. Files of older versions hold the tokens alone.
package enum SlotFile {
    private static let version: Int32 = 1
    /// A key is a hash and a number.
    private static let longestKey = 256

    /// The words for what a slot holds.
    package static func words(_ sequence: CachedSequence) -> [Int32] {
        var words = [-1, version, Int32(clamping: sequence.count)] + sequence.tokens
        words.append(Int32(clamping: sequence.layout.spans.count))
        for span in sequence.layout.spans {
            let key = Array(span.identity.key.utf8)
            words += [span.start, span.tokens, span.positions, key.count].map { Int32(clamping: $0) }
            for start in stride(from: 0, to: key.count, by: 4) {
                words.append(key[start...].prefix(4).reversed().reduce(0) { $0 << 8 | Int32($1) })
            }
        }
        return words
    }

    /// What the words of a file say.
    /// - Parameter identify: gives the chunk with a key its identity; nil where the model takes no media.
    /// - Throws: `invalidRequest` for what can't be restored.
    package static func sequence(
        _ words: [Int32],
        identify: ((String) -> MediaIdentity)?
    ) throws(EngineError) -> CachedSequence {
        guard words.first == -1 else { return CachedSequence(words) }
        guard words.count >= 3, words[1] == version, words[2] >= 0, words.count - 3 >= Int(words[2]) else {
            throw unusable
        }
        let end = 3 + Int(words[2])
        var tokens = Array(words[3..<end])
        var layout = MediaLayout()
        var rest = words[end...]
        let count = rest.popFirst() ?? 0
        guard count > 0 else { return CachedSequence(tokens) }
        guard let identify else { throw EngineError(.invalidRequest, "Cannot restore media tokens without an mmproj") }
        for _ in 0..<count {
            guard rest.count >= 4 else { throw unusable }
            let (start, size, positions) = (Int(rest.removeFirst()), Int(rest.removeFirst()), Int(rest.removeFirst()))
            let length = Int(rest.removeFirst())
            guard (0...longestKey).contains(length), rest.count >= (length + 3) / 4, size > 0, positions > 0,
                start >= layout.spans.last?.end ?? 0, start <= tokens.count - size
            else { throw unusable }
            let bytes = rest.prefix((length + 3) / 4).flatMap { word in
                withUnsafeBytes(of: word.littleEndian) { Array($0) }
            }
            rest.removeFirst((length + 3) / 4)
            // Numbers that stand for media mean the same in one process only.
            let identity = identify(String(decoding: bytes.prefix(length), as: UTF8.self))
            layout.append(.init(start: start, tokens: size, positions: positions, identity: identity))
            for index in start..<(start + size) { tokens[index] = identity.id }
        }
        return CachedSequence(tokens, layout: layout)
    }

    private static var unusable: EngineError {
        EngineError(.invalidRequest, "the file isn't one that this version can restore")
    }
}
