// SPDX-License-Identifier: MIT

import API
import TestKit
import Testing
import Wire
import Worker

@Suite("Reading a request's fields")
struct RequestFieldsTests {
    private func fields(_ body: String) throws -> RequestFields {
        let bytes = Array(body.utf8)
        return try RequestFields(body: bytes.span.bytes)
    }

    @Test("reads what is there, and takes null for absent")
    func reads() throws {
        let fields = try fields(
            "{\"s\":\"x\",\"b\":true,\"i\":3.0,\"n\":0.5,\"list\":[\"a\",\"b\"],\"o\":{\"in\":1},\"null\":null}"
        )
        #expect(try fields.string("s") == "x")
        #expect(try fields.bool("b") == true)
        #expect(try fields.integer("missing", "i", in: 0...9) == 3)
        #expect(try fields.number("n", in: 0...1) == 0.5)
        #expect(try fields.strings("list", atMost: 2) == ["a", "b"])
        #expect(try fields.strings("s", atMost: 2) == ["x"])
        #expect(try fields.object("o")?.integer("in", in: 0...9) == 1)
        #expect(try fields.string("null") == nil)
        #expect(try fields.bool("missing") == nil)
    }

    @Test(
        "refuses with the field's name and 400",
        arguments: [
            "{\"x\":\"3\"}", "{\"x\":3.5}", "{\"x\":-1}", "{\"x\":1e300}", "{\"x\":1e999}", "{\"x\":[]}", "{\"x\":{}}",
            "{\"x\":true}", "{\"x\":9223372036854775808}",
        ]
    )
    func refuses(body: String) throws {
        let fields = try fields(body)
        let error = #expect(throws: APIError.self) { try fields.integer("x", in: 0...9) }
        #expect(error?.status == 400)
        #expect(error?.message.contains("'x'") == true)
    }

    @Test("numbers outside of their range are refused", arguments: ["1.5", "-0.1", "1e999", "-1e999"])
    func refusesNumbers(number: String) throws {
        let fields = try fields("{\"x\":\(number)}")
        #expect(throws: APIError.self) { try fields.number("x", in: 0...1) }
    }

    @Test("bodies that are no object", arguments: ["", "[]", "1", "{", "nonsense", "{\"a\":1}x"])
    func refusesBodies(body: String) {
        let error = #expect(throws: APIError.self) { try fields(body) }
        #expect(error?.kind == .invalidRequest)
    }

    @Test("random JSON never gets past a wrong type: thousands of bodies")
    func random() throws {
        var random = SeededGenerator(seed: 21)
        let values = ["1", "-5", "1e99", "\"a\"", "null", "true", "[1,\"x\"]", "{\"y\":2}", "0.25", "[]"]
        for _ in 0..<5_000 {
            let value = values.randomElement(using: &random) ?? "1"
            let fields = try fields("{\"x\":\(value)}")
            if let integer = try? fields.integer("x", in: -9...9) { #expect((-9...9).contains(integer)) }
            if let number = try? fields.number("x", in: 0...1) { #expect((0...1).contains(number)) }
            if let strings = try? fields.strings("x", atMost: 1) { #expect(strings.count <= 1) }
            _ = try? fields.object("x")
        }
    }
}
