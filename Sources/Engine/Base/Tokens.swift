// SPDX-License-Identifier: MIT

/// What is computed from lists of tokens.
enum Tokens {
    /// How many tokens two lists have in common from the beginning.
    static func commonPrefix(_ a: [Int32], _ b: [Int32]) -> Int {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                let shorter = min(a.count, b.count)
                var count = 0
                while count < shorter, a[count] == b[count] { count += 1 }
                return count
            }
        }
    }

    /// Whether every token is one of the vocabulary, or belongs to one of the media.
    static func areValid(_ tokens: [Int32], _ media: [MediaLayout.Span], below size: Int32) -> Bool {
        var index = 0
        for span in media {
            guard span.start >= index, span.end <= tokens.count,
                tokens[index..<span.start].allSatisfy({ $0 >= 0 && $0 < size }),
                tokens[span.start..<span.end].allSatisfy({ $0 == span.identity.id })
            else { return false }
            index = span.end
        }
        return tokens[index...].allSatisfy { $0 >= 0 && $0 < size }
    }
}
