// SPDX-License-Identifier: MIT

/// Where messages begin among the tokens of a prompt.
package struct MessagePlaces: Sendable, Equatable {
    /// The user's, ascending; empty where that isn't known.
    package var users: [Int]
    /// The answer that is to be generated: its header, and what the template puts behind that; nil where that isn't known.
    package var answer: Int?

    package init(users: [Int] = [], answer: Int? = nil) {
        self.users = users
        self.answer = answer
    }
}
