// SPDX-License-Identifier: MIT

import Foundation
import TestKit
import Testing
import Wire

@Suite("JSON parsing")
struct JSONParsingTests {
    @Test(
        "reads what the grammar allows",
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("-0", 0), ("12", 12), ("1.5e2", .number(150)),
            ("9223372036854775808", .number(9.223372036854775808e18)), ("\"a\\u00e9\\n\"", "aé\n"),
            ("\"\\ud83d\\ude00\"", "😀"), ("[1,[2],{}]", [1, [2], [:]]), ("{\"a\":1,\"a\":2}", ["a": 1, "a": 2]),
        ] as [(String, JSONValue)]
    )
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(
        "refuses what it doesn't",
        arguments: [
            "", " ", "{", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", ".5", "+1", "1e", "nul", "tru",
            "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"a\nb\"", "[1]2", "'a'", "NaN",
        ]
    )
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("refuses bytes that are no UTF-8")
    func refusesInvalidUTF8() {
        let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes.span.bytes) }
    }

    @Test("stops at a depth instead of running out of stack", arguments: ["[", "{\"a\":"])
    func boundsDepth(opening: String) {
        let text = String(repeating: opening, count: 200_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("says where it broke")
    func namesThePlace() {
        #expect(throws: JSONError(offset: 5, message: "expected a value")) { try JSONValue(parsing: "{\"a\":?}") }
    }

    @Test("the last of several members counts")
    func lastMemberCounts() throws {
        #expect(try JSONValue(parsing: "{\"a\":1,\"a\":2}")["a"] == 2)
    }

    @Test("reads again what it wrote, thousands of random values")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<5_000 {
            let value = randomValue(depth: 0, &random)
            #expect(try JSONValue(parsing: value.text) == value)
        }
    }

    @Test("damaged text is taken or refused as Foundation's reader does")
    func damagedText() throws {
        var taken = 0
        var random = SeededGenerator(seed: 12)
        for _ in 0..<20_000 {
            var bytes = randomValue(depth: 0, &random).bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let byte =
                    Bool.random(using: &random)
                    ? Array(#"{}[]",:0123456789eE+-.\ntfu "#.utf8).randomElement(using: &random)
                    : UInt8.random(in: 0...255, using: &random)
                bytes[Int.random(in: bytes.indices, using: &random)] = byte ?? 0
            }
            let value = try? JSONValue(parsing: bytes.span.bytes)
            // Theirs looks for UTF-16 and UTF-32 as well, which have bytes of zero, and refuses what is beyond a
            // Double.
            if !bytes.contains(0), value.map(isFinite) ?? true {
                let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
                #expect((value != nil) == (theirs != nil), "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            }
            guard let value else { continue }
            taken += 1
            #expect(try JSONValue(parsing: value.text).text == value.text)
            // The scan takes what the parser takes, and finds what it finds.
            guard let first = value.members?.first else { continue }
            let expected: RequestScan.Finding =
                switch first.value {
                case .string(let text): .text(text)
                case .bool(let truth): .truth(truth)
                case .null: .absent
                default: .other
                }
            #expect(try RequestScan.find(first.name, in: bytes.span.bytes) == expected)
        }
        #expect((500..<19_000).contains(taken))
    }

    private func isFinite(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let number): number.isFinite
        case .array(let values): values.allSatisfy(isFinite)
        case .object(let members): members.allSatisfy { isFinite($0.value) }
        case .null, .bool, .integer, .string: true
        }
    }

    private func randomValue(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: Int64.min...Int64.max, using: &random))
        case 3: return .number(Double.random(in: -1e9...1e9, using: &random) + 0.5)
        case 4: return .string(randomText(&random))
        case 5:
            let count = Int.random(in: 0..<4, using: &random)
            return .array((0..<count).map { _ in randomValue(depth: depth + 1, &random) })
        default:
            let count = Int.random(in: 0..<4, using: &random)
            return .object(
                (0..<count).map { _ in .init(randomText(&random), randomValue(depth: depth + 1, &random)) }
            )
        }
    }

    private func randomText(_ random: inout SeededGenerator) -> String {
        let alphabet = Array("ab\"\\/\n\t\u{0}\u{1F}\u{7F}é漢😀 {}[]:,model")
        return String(
            (0..<Int.random(in: 0..<12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "x" }
        )
    }
}
