// SPDX-License-Identifier: MIT

/// One or more lines that are being typed: keys in, text and cursor out.
package struct LineEditor: Sendable {
    /// What a key has led to.
    package enum Outcome: Sendable, Equatable {
        case editing
        case submitted(String)
        /// Ctrl-C; what was typed is gone.
        case interrupted
        /// Ctrl-D where nothing is typed.
        case ended
        /// Ctrl-L
        case cleared
        /// Ctrl-Z
        case suspended
        /// Tab
        case completing
    }

    package private(set) var characters: [Character] = []
    /// Where the next character goes, from 0.
    package private(set) var cursor = 0
    package var history: InputHistory
    /// What was cut last, for Ctrl-Y.
    private var cut: [Character] = []

    package init(history: InputHistory = InputHistory()) { self.history = history }

    package var text: String { String(characters) }

    package mutating func press(_ key: Key) -> Outcome {
        switch key {
        case .character(let character): insert([character])
        case .newline: insert(["\n"])
        case .paste(let text): insert(Array(Self.cleaned(text)))
        case .enter: return submit()
        case .tab: return .completing
        case .backspace: remove((cursor - 1)..<cursor)
        case .delete: remove(cursor..<(cursor + 1))
        case .left: move(to: cursor - 1)
        case .right: move(to: cursor + 1)
        case .wordLeft: move(to: wordStart)
        case .wordRight: move(to: wordEnd)
        case .home: move(to: lineStart)
        case .end: move(to: lineEnd)
        case .up: up()
        case .down: down()
        case .deleteWordLeft: cutOut(wordStart..<cursor)
        case .deleteWordRight: cutOut(cursor..<wordEnd)
        case .control(let letter): return press(control: letter)
        case .escape, .pageUp, .pageDown, .resumed: break
        }
        return .editing
    }

    private mutating func press(control letter: Character) -> Outcome {
        switch letter {
        case "a": move(to: lineStart)
        case "e": move(to: lineEnd)
        case "b": move(to: cursor - 1)
        case "f": move(to: cursor + 1)
        case "p": up()
        case "n": down()
        case "k": cutOut(cursor..<max(lineEnd, min(cursor + 1, lineEnd)))
        case "u": cutOut(lineStart..<cursor)
        case "y": insert(cut)
        case "t": transpose()
        case "l": return .cleared
        case "z": return .suspended
        case "c":
            clear()
            return .interrupted
        case "d":
            guard !characters.isEmpty else { return .ended }
            remove(cursor..<(cursor + 1))
        default: break
        }
        return .editing
    }

    /// Puts other text in the place of what is typed.
    package mutating func replace(with text: String) {
        characters = Array(text)
        cursor = characters.count
    }

    private mutating func submit() -> Outcome {
        let text = self.text
        clear()
        return .submitted(text)
    }

    private mutating func clear() {
        characters = []
        cursor = 0
    }

    private mutating func insert(_ new: [Character]) {
        characters.insert(contentsOf: new, at: cursor)
        // A combining mark joins the character before it.
        let joined = Array(String(characters))
        cursor += new.count - (characters.count - joined.count)
        characters = joined
    }

    private mutating func remove(_ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= characters.count else { return }
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func cutOut(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        cut = Array(characters[range])
        remove(range)
    }

    private mutating func transpose() {
        guard characters.count > 1, cursor > 0 else { return }
        let place = min(cursor, characters.count - 1)
        characters.swapAt(place - 1, place)
        cursor = place + 1
    }

    private mutating func move(to place: Int) { cursor = min(max(0, place), characters.count) }

    // MARK: Places

    private var lineStart: Int { (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }

    private var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

    private var wordStart: Int {
        var place = cursor
        while place > 0, !Self.isWord(characters[place - 1]) { place -= 1 }
        while place > 0, Self.isWord(characters[place - 1]) { place -= 1 }
        return place
    }

    private var wordEnd: Int {
        var place = cursor
        while place < characters.count, !Self.isWord(characters[place]) { place += 1 }
        while place < characters.count, Self.isWord(characters[place]) { place += 1 }
        return place
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    /// To the line above, or else to an older line of the history.
    private mutating func up() {
        if lineStart > 0 {
            let column = cursor - lineStart
            let end = lineStart - 1
            let start = (characters[..<end].lastIndex(of: "\n") ?? -1) + 1
            return move(to: min(start + column, end))
        }
        if let older = history.older(than: text) { replace(with: older) }
    }

    private mutating func down() {
        if lineEnd < characters.count {
            let column = cursor - lineStart
            let start = lineEnd + 1
            let end = characters[start...].firstIndex(of: "\n") ?? characters.count
            return move(to: min(start + column, end))
        }
        if let newer = history.newer() { replace(with: newer) }
    }

    /// Pasted text with line ends as they are here, and without what would command the terminal.
    private static func cleaned(_ text: String) -> String {
        let ends = text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\r" || $0 == "\n" }
        return Printable.text(
            ends.joined(separator: "\n").split(separator: "\t", omittingEmptySubsequences: false).joined(
                separator: "    "
            )
        )
    }
}
