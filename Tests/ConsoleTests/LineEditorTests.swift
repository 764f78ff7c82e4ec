// SPDX-License-Identifier: MIT

import Console
import Testing

@Suite("A line that is typed")
struct LineEditorTests {
    private func typed(_ keys: [Key], _ editor: inout LineEditor) -> String {
        for key in keys { _ = editor.press(key) }
        return editor.text
    }

    private func keys(_ text: String) -> [Key] { text.map(Key.character) }

    @Test("is edited anywhere")
    func edits() {
        var editor = LineEditor()
        #expect(typed(keys("helo") + [.left, .character("l")], &editor) == "hello")
        #expect(typed([.home, .delete, .character("J"), .end, .backspace], &editor) == "Jell")
        #expect(typed([.control("a"), .backspace, .left, .control("e"), .right, .delete], &editor) == "Jell")
        #expect(typed([.control("t")], &editor) == "Jell" && editor.cursor == 4)
        #expect(editor.press(.enter) == .submitted("Jell"))
        #expect(editor.text == "" && editor.cursor == 0)
    }

    @Test("is edited by words, and gives back what was cut")
    func words() {
        var editor = LineEditor()
        #expect(
            typed(keys("one two, three") + [.wordLeft, .wordLeft], &editor) == "one two, three" && editor.cursor == 4
        )
        #expect(typed([.deleteWordRight], &editor) == "one , three")
        #expect(typed([.end, .control("y")], &editor) == "one , threetwo")
        #expect(typed([.deleteWordLeft], &editor) == "one , ")
        #expect(typed([.control("u"), .control("y"), .control("y")], &editor) == "one , one , ")
        #expect(typed([.home, .wordRight, .control("k")], &editor) == "one")
    }

    @Test("may have several rows")
    func rows() {
        var editor = LineEditor()
        #expect(typed(keys("ab") + [.newline] + keys("cdef") + [.up], &editor) == "ab\ncdef" && editor.cursor == 2)
        #expect(typed([.down, .home], &editor) == "ab\ncdef" && editor.cursor == 3)
        #expect(typed([.control("k"), .up, .end], &editor) == "ab\n" && editor.cursor == 2)
        #expect(typed([.paste("x\r\ny\u{1B}[2J\rz\t.")], &editor) == "abx\ny[2J\nz    .\n")
    }

    @Test("comes back from the history, and what was being typed too")
    func history() {
        var editor = LineEditor(history: InputHistory(["first", "second"]))
        #expect(typed(keys("dra") + [.up], &editor) == "second")
        #expect(typed([.up, .up, .up], &editor) == "first")
        #expect(typed([.down], &editor) == "second")
        #expect(typed([.down], &editor) == "dra")
        #expect(typed([.down], &editor) == "dra")
        editor.history.add("third")
        editor.history.add("third")
        #expect(editor.history.lines == ["first", "second", "third"])
    }

    @Test("ends, is given up, and leaves the rest to others")
    func outcomes() {
        var editor = LineEditor()
        #expect(editor.press(.control("d")) == .ended)
        _ = editor.press(.character("x"))
        #expect(editor.press(.control("a")) == .editing)
        #expect(editor.press(.control("d")) == .editing && editor.text == "")
        _ = editor.press(.character("x"))
        #expect(editor.press(.control("c")) == .interrupted && editor.text == "")
        #expect(editor.press(.tab) == .completing && editor.press(.control("l")) == .cleared)
        #expect(editor.press(.control("z")) == .suspended && editor.press(.escape) == .editing)
    }

    @Test("joins marks with the character before them")
    func marks() {
        var editor = LineEditor()
        #expect(typed([.character("e"), .character("\u{301}"), .character("x")], &editor) == "e\u{301}x")
        #expect(editor.cursor == 2)
        #expect(typed([.backspace, .backspace], &editor) == "")
    }

    @Test("is shown in rows with the cursor in its place")
    func layout() {
        func layout(_ text: String, _ cursor: Int, _ width: Int) -> ([String], [Int]) {
            let (rows, place) = EditorScreen.layout(
                prompt: ">>> ",
                continuation: "... ",
                text: Array(text),
                cursor: cursor,
                width: width
            )
            return (rows, [place.row, place.column])
        }
        #expect(layout("", 0, 20) == ([">>> "], [0, 4]))
        #expect(layout("abc", 1, 20) == ([">>> abc"], [0, 5]))
        #expect(layout("abcdef", 6, 10) == ([">>> abcdef", ""], [1, 0]))
        #expect(layout("abcdefgh", 7, 10) == ([">>> abcdef", "gh"], [1, 1]))
        #expect(layout("日本語", 3, 9) == ([">>> 日本", "語"], [1, 2]))
        #expect(layout("a\nb", 2, 20) == ([">>> a", "... b"], [1, 4]))
        #expect(layout("a\nb", 1, 20) == ([">>> a", "... b"], [0, 5]))
    }

    @Test("is painted over its last picture")
    func paint() {
        var screen = EditorScreen()
        func paint(_ text: String, _ cursor: Int) -> String {
            screen.paint(prompt: "> ", continuation: ". ", text: Array(text), cursor: cursor, width: 6)
        }
        #expect(paint("ab", 2) == "\r\u{1B}[J> ab\r\u{1B}[4C")
        #expect(paint("abcdef", 6) == "\r\u{1B}[J> abcd\r\nef\r\u{1B}[2C")
        #expect(paint("abcdef", 0) == "\r\u{1B}[1A\u{1B}[J> abcd\r\nef\u{1B}[1A\r\u{1B}[2C")
        #expect(screen.leave(rowCount: 2) == "\u{1B}[1B\r\n")
        #expect(paint("a", 1) == "\r\u{1B}[J> a\r\u{1B}[3C")
    }
}
