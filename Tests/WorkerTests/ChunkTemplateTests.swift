// SPDX-License-Identifier: MIT

import Testing
import Wire
import Worker

@Suite("Chunks from a prefix made once")
struct ChunkTemplateTests {
    private func chunk(_ text: JSONValue) -> JSONValue {
        ["choices": [["delta": ["content": text], "index": 0]], "model": "a \"quoted\" model", "created": 12]
    }

    @Test(
        "are what an encoder would write",
        arguments: ["hello", "", "\"", "\\", "line\nend\r\t", "\u{0}\u{1F}\u{7F}", "漢字 😀", "data: [DONE]\n\n"]
    )
    func sameAsEncoded(text: String) throws {
        let bytes = ChunkTemplate(chunk).bytes(Array(text.utf8))
        let line = String(decoding: bytes, as: UTF8.self)
        #expect(line.hasPrefix("data: "))
        #expect(line.hasSuffix("\n\n"))
        // One event is one line, whatever the text holds.
        #expect(line.dropLast(2).contains("\n") == false)
        #expect(try JSONValue(parsing: String(line.dropFirst(6).dropLast(2))) == chunk(.string(text)))
    }
}
