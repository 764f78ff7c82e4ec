// SPDX-License-Identifier: MIT

import Testing

/// A request of a dialect, and members that the chat request made of it must have; null for none.
struct DialectExample: Sendable, CustomTestStringConvertible {
    let name: String
    let body: String
    let chat: String
    var testDescription: String { name }

    init(_ name: String, _ body: String, _ chat: String) {
        self.name = name
        self.body = body
        self.chat = chat
    }
}
