// SPDX-License-Identifier: MIT

import API
import Engine
import TestKit
import Testing
import Wire
import Worker

/// Damages good requests at random: reading them returns or throws 4xx, and never traps. `make fuzz` does it for longer.
@Suite("Damaged requests")
struct RequestMutationTests {
    private static let pieces = [
        "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", ",", ":", "null", "true", "-1", "1e999", "0.5", "\"type\"",
        "\"text\"",
        "\"image_url\"", "\"input_audio\"", "\"url\"", "\"data\"", "data:image/png;base64,", "file://../x",
        "http://[::1]/", "\u{0}",
        "9223372036854775808", "[[[[[[[[",
    ]

    private static let bodies =
        DialectRequestTests.ofResponses.map(\.body) + OllamaRequestTests.chats.map(\.body)
        + ChatRequestTests.readings.map(\.body) + [
            #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"AAAA"}},{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}"#,
            #"{"system":"s","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},{"type":"text","text":"t"}]}],"max_tokens":3}"#,
        ]

    @Test("each dialect reads or refuses them", arguments: 0..<4)
    func damage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let abilities = MediaAbilities(images: true, audio: true, marker: "<m>")
        var refused = 0
        for round in 0..<2_000 {
            var bytes = Array(Self.bodies[round % Self.bodies.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...6, using: &random))
                let piece = Self.pieces.randomElement(using: &random) ?? ""
                bytes.replaceSubrange(start..<end, with: piece.utf8)
            }
            do throws(APIError) {
                let fields = try RequestFields(body: bytes.span.bytes)
                _ = try MediaFields(fields, abilities)
                _ = try? ChatRequest.canonical(fields)
                _ = try MediaFields(try ResponsesRequest.read(fields).chat, abilities)
                _ = try? OllamaRequest(chat: fields, contextSize: 512, shifts: false)
                _ = try? OllamaRequest(generate: fields, contextSize: 512, shifts: false)
                _ = try MediaFields(try AnthropicRequest.read(fields).chat, abilities)
            } catch {
                #expect(
                    (400..<500).contains(error.status) || error.status == 501,
                    "\(String(decoding: bytes, as: UTF8.self))"
                )
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }
}
