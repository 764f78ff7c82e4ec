// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("Finding a body's model")
struct RequestScanTests {
    @Test(
        "finds the top-level member only",
        arguments: [
            ("{\"model\":\"a\"}", .text("a")), ("{ \"x\" : [{\"model\":\"no\"}] , \"model\" : \"b\" }", .text("b")),
            ("{\"messages\":[{\"content\":\"\\\"model\\\":\\\"no\\\"\"}],\"model\":\"c\"}", .text("c")),
            ("{\"mod\\u0065l\":\"d\\u00e9\"}", .text("dé")), ("{\"model\":7}", .other), ("{\"model\":null}", .absent),
            ("{}", .absent), ("{\"Model\":\"x\"}", .absent),
            ("{\"model\":\"first\",\"model\":\"second\"}", .text("first")),
            ("{\"model\":\"\"}", .text("")), ("{\"model\":\"漢字/x:Q4\"}", .text("漢字/x:Q4")),
        ] as [(String, RequestScan.Finding)]
    )
    func finds(body: String, finding: RequestScan.Finding) throws {
        let bytes = Array(body.utf8)
        #expect(try RequestScan.find("model", in: bytes.span.bytes) == finding)
    }

    @Test(
        "refuses what is no object before the member is found",
        arguments: ["", "[]", "\"model\"", "{", "{\"a\":1", "{\"a\" 1}", "{\"a\":[1,]}", "{\"a\":\"\\q\"}", "nonsense"]
    )
    func refuses(body: String) {
        let bytes = Array(body.utf8)
        #expect(throws: JSONError.self) { try RequestScan.find("model", in: bytes.span.bytes) }
    }

    @Test("gives a member's value, whatever it is")
    func values() throws {
        let bytes = Array(#"{"a":{"k":1},"k":[1,{"x":"}"}] , "b":2}"#.utf8)
        #expect(try RequestScan.value("k", in: bytes.span.bytes)?.text == #"[1,{"x":"}"}]"#)
        #expect(try RequestScan.value("b", in: bytes.span.bytes) == 2)
        #expect(try RequestScan.value("c", in: bytes.span.bytes) == nil)
        let broken = Array(#"{"k":-"#.utf8)
        #expect(throws: JSONError.self) { try RequestScan.value("k", in: broken.span.bytes) }
    }

    @Test("doesn't look at what follows the member")
    func stopsEarly() throws {
        let bytes = Array("{\"model\":\"a\", this is no JSON".utf8)
        #expect(try RequestScan.find("model", in: bytes.span.bytes) == .text("a"))
    }

    @Test("passes over megabytes of base64")
    func passesOverImages() throws {
        let image = String(repeating: "iVBORw0KGgo+/A==", count: 500_000)
        let bytes = Array("{\"messages\":[{\"image\":\"\(image)\"}],\"model\":\"late\"}".utf8)
        #expect(try RequestScan.find("model", in: bytes.span.bytes) == .text("late"))
    }
}
