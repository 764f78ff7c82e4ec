// SPDX-License-Identifier: MIT

package import Wire

/// A regular expression of a request that starts a lazy grammar. The engine's matcher tries all ways to match it, on all of the
/// text, for each token: repetitions inside of each other double those ways with each character.
package enum TriggerPattern {
    private static let longest = 1_000

    /// - Throws: 400 for one that is too long, or repeats what holds a repetition or a choice.
    package static func check(_ text: String) throws(APIError) {
        guard text.utf8.count <= longest else {
            throw APIError(.invalidRequest, "a pattern in 'grammar_triggers' has more than \(longest) bytes")
        }
        var groups = [false]
        var isInSet = false
        var isEscaped = false
        /// Whether the part before is a group with a repetition or a choice in it.
        var last = false
        for character in text {
            var next = false
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if isInSet {
                isInSet = character != "]"
            } else {
                switch character {
                case "[": isInSet = true
                case "(": groups.append(false)
                case ")":
                    next = groups.popLast() ?? false
                    if groups.isEmpty { groups = [false] }
                    if next { groups[groups.count - 1] = true }
                case "|": groups[groups.count - 1] = true
                case "*", "+", "{":
                    guard !last else {
                        throw APIError(
                            .invalidRequest,
                            "a pattern in 'grammar_triggers' repeats a group in which something is repeated or chosen; "
                                + "write it without that"
                        )
                    }
                    groups[groups.count - 1] = true
                default: break
                }
            }
            last = next
        }
    }
}
