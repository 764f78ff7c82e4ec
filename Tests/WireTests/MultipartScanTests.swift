// SPDX-License-Identifier: MIT

import Testing
import Wire

struct MultipartScanTests {
    private static func part(_ header: String, _ body: String) -> String { "--B\r\n\(header)\r\n\r\n\(body)\r\n" }

    private static let file = part(
        "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav",
        "RIFF\r\n--A\r\n\r\nmodel\r\r\n\u{0}"
    )
    private static let model = part("Content-Disposition: form-data; name=\"model\"", "whisper/größe")

    private static func find(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        return MultipartScan.field("model", in: bytes.span.bytes, boundary: "B")
    }

    @Test(
        "A field is found wherever it stands",
        arguments: [
            model + "--B--\r\n", file + model + "--B--\r\n", "preamble\r\n" + file + model + file + "--B--",
            part("content-type: text/plain\r\nCONTENT-DISPOSITION:form-data;name=model", "whisper/größe") + "--B--",
        ]
    )
    func finds(text: String) {
        #expect(Self.find(text) == "whisper/größe")
    }

    @Test(
        "What is no such field, or broken before it",
        arguments: [
            "", "--B", "--B--\r\n", file + "--B--", "--B\r\n\r\nx\r\n--B--", "--B\r\nContent-Disposition: form-data",
            part("Content-Disposition: form-data; name=\"model\"; filename=\"x\"", "whisper") + "--B--",
            "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper", "{\"model\":\"x\"}",
            part("Content-Disposition: form-data; name=\"model\"", String(repeating: "x", count: 5_000)) + "--B--",
        ]
    )
    func findsNothing(text: String) {
        #expect(Self.find(text) == nil)
    }

    @Test("All parts are found, files too, with their contents as they are")
    func parts() {
        let bytes = Array((Self.model + Self.file + Self.part("Content-Type: text/plain", "x") + "--B--").utf8)
        let parts = MultipartScan.parts(in: bytes.span.bytes, boundary: "B")
        #expect(parts.map(\.name) == ["model", "file"])
        #expect(parts.map(\.isFile) == [false, true])
        #expect(MultipartScan.text(of: parts[0], in: bytes.span.bytes) == "whisper/größe")
        #expect(bytes[parts[1].range].elementsEqual("RIFF\r\n--A\r\n\r\nmodel\r\r\n\u{0}".utf8))
        let many = String(repeating: Self.model, count: 1_000) + "--B--"
        #expect(MultipartScan.parts(in: Array(many.utf8).span.bytes, boundary: "B").count == 128)
    }

    @Test("An empty field is empty")
    func empty() {
        #expect(Self.find(Self.part("Content-Disposition: form-data; name=\"model\"", "") + "--B--") == "")
    }

    @Test("Whatever is cut off, nothing is read beyond the end")
    func truncation() {
        let bytes = Array((Self.file + Self.model + "--B--\r\n").utf8)
        for length in 0..<bytes.count {
            let found = MultipartScan.field("model", in: bytes.span.extracting(..<length).bytes, boundary: "B")
            #expect(found == nil || found == "whisper/größe")
        }
    }

    @Test(
        "Boundaries",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;charset=x; Boundary=\"a b\"", "a b"),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil), ("application/json", nil),
            ("multipart/mixed; boundary=a", nil),
        ] as [(String, String?)]
    )
    func boundaries(type: String, expected: String?) {
        #expect(MultipartScan.boundary(ofContentType: type) == expected)
    }
}
