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
}
