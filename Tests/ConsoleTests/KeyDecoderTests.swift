// SPDX-License-Identifier: MIT

import Console
import Testing

@Suite("The bytes of a terminal")
struct KeyDecoderTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.add(text.utf8) + decoder.flush()
    }

    @Test("are keys")
    func decode() {
        #expect(keys("aé日👍") == ["a", "é", "日", "👍"].map { Key.character($0) })
        #expect(keys("\r\n\t\u{7F}\u{8}") == [.enter, .newline, .tab, .backspace, .backspace])
        #expect(keys("\u{1}\u{3}\u{17}\u{1A}") == [.control("a"), .control("c"), .deleteWordLeft, .control("z")])
        #expect(keys("\u{1B}[A\u{1B}[B\u{1B}OC\u{1B}[D") == [.up, .down, .right, .left])
        #expect(
            keys("\u{1B}[1;5C\u{1B}[1;3D\u{1B}b\u{1B}f\u{1B}d\u{1B}\u{7F}") == [
                .wordRight, .wordLeft, .wordLeft, .wordRight, .deleteWordRight, .deleteWordLeft,
            ]
        )
        #expect(
            keys("\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~\u{1B}[3~\u{1B}[3;5~\u{1B}\r") == [
                .home, .end, .home, .end, .delete, .deleteWordRight, .newline,
            ]
        )
        #expect(keys("\u{1B}") == [.escape] && keys("\u{1B}[I\u{1B}[99~x") == [.character("x")])
    }

    @Test("may come one by one")
    func pieces() {
        var decoder = KeyDecoder()
        var keys: [Key] = []
        for byte in "é\u{1B}[1;5Cx\u{1B}[200~a\u{1B}[31m\nb\u{1B}[201~y".utf8 { keys += decoder.add([byte]) }
        #expect(keys == [.character("é"), .wordRight, .character("x"), .paste("a\u{1B}[31m\nb"), .character("y")])
    }

    @Test("that are none are left out")
    func nonsense() {
        var decoder = KeyDecoder()
        #expect(decoder.add([0xFF, 0xC3, 0x28, 0x80, 0x61]).last == .character("a"))
        for seed in 0..<200 {
            var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
            var decoder = KeyDecoder()
            for _ in 0..<200 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                let byte = UInt8(truncatingIfNeeded: state >> 56)
                _ = decoder.add([byte % 3 == 0 ? 0x1B : byte])
            }
            _ = decoder.flush()
        }
    }

    @Test("of a history's file come back as they were")
    func history() {
        let history = InputHistory(["a", "b\\n\nc", "日"])
        #expect(InputHistory(text: history.text).lines == history.lines)
        #expect(InputHistory(text: "x\n\ny", limit: 1).lines == ["y"])
    }
}
