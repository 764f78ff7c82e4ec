// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("Escapes")
struct EscapesTests {
    @Test(
        "are read as what they stand for",
        arguments: [
            ("a\\nb", "a\nb"), ("\\t\\r\\'\\\"\\\\n", "\t\r'\"\\n"), ("\\x41\\x0a", "A\n"), ("\\xg1\\x4", "\\xg1\\x4"),
            ("\\q", "\\q"), ("\\", "\\"), ("", ""), ("ä\\nö", "ä\nö"),
        ] as [(String, String)]
    )
    func read(text: String, meaning: String) {
        #expect(Escapes.read(text) == meaning)
    }
}
