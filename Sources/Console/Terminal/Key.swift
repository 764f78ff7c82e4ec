// SPDX-License-Identifier: MIT

/// A key that was pressed, or text that was pasted.
package enum Key: Sendable, Equatable {
    case character(Character)
    case enter
    /// Enter that doesn't end the input: with Alt.
    case newline
    case tab
    case backspace
    case delete
    case left, right, up, down
    case home, end
    case wordLeft, wordRight
    /// Deletes the word before the cursor, or behind it.
    case deleteWordLeft, deleteWordRight
    case pageUp, pageDown
    case escape
    /// A letter with Ctrl, in lower case.
    case control(Character)
    case paste(String)
    /// No key: the program goes on after a stop, and the screen may hold anything.
    case resumed
}
