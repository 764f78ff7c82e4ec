// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

@Suite("Stop strings and whole characters")
struct StopMatcherTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("holds back what may become a stop string")
    func holdsBack() {
        var matcher = StopMatcher(stops: ["END"])
        #expect(text(matcher.append(Array("abE".utf8))) == "ab")
        #expect(text(matcher.append(Array("N".utf8))) == "")
        #expect(text(matcher.append(Array("x".utf8))) == "ENx")
        #expect(text(matcher.append(Array("yEND and more".utf8))) == "y")
        #expect(matcher.match == "END")
        #expect(matcher.append(Array("z".utf8)).isEmpty)
        #expect(matcher.finish().isEmpty)
    }

    @Test("the earliest stop string wins")
    func earliest() {
        var matcher = StopMatcher(stops: ["later", "er"])
        #expect(text(matcher.append(Array("never later".utf8))) == "nev")
        #expect(matcher.match == "er")
    }

    @Test("gives up what was held at the end")
    func givesUp() {
        var matcher = StopMatcher(stops: ["END"])
        #expect(text(matcher.append(Array("EN".utf8))) == "")
        #expect(text(matcher.finish()) == "EN")
    }

    @Test("never cuts a character", arguments: ["é", "漢", "😀", "a😀b漢é"])
    func wholeCharacters(string: String) {
        var matcher = StopMatcher(stops: [])
        var sent: [UInt8] = []
        for byte in string.utf8 {
            let chunk = matcher.append([byte])
            #expect(String(validating: chunk, as: UTF8.self) != nil)
            sent += chunk
        }
        #expect(text(sent + matcher.finish()) == string)
    }

    @Test(
        "bytes that are no UTF-8 don't block the text",
        arguments: [[0x80], [0xFF, 0x41], [0xC0, 0x80]] as [[UInt8]]
    )
    func invalidBytes(bytes: [UInt8]) {
        var matcher = StopMatcher(stops: [])
        #expect(matcher.append(bytes + Array("text".utf8)).count == bytes.count + 4)
    }

    @Test("however a text is cut, the same is sent: thousands of random cuts")
    func randomCuts() {
        var random = SeededGenerator(seed: 3)
        let stops = ["STOP", "ST", "\n\n", "漢"]
        let alphabet = ["S", "T", "O", "P", "\n", "漢", "😀", "é", "a"]
        for _ in 0..<5_000 {
            let whole = (0..<12).map { _ in alphabet.randomElement(using: &random) ?? "a" }.joined()
            var first = StopMatcher(stops: stops)
            let expected = first.append(Array(whole.utf8)) + first.finish()
            var second = StopMatcher(stops: stops)
            var sent: [UInt8] = []
            var rest = Array(whole.utf8)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &random)
                sent += second.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            sent += second.finish()
            // A longer stop string that began earlier may lose to one that was complete sooner; no more is sent than that.
            #expect(expected.starts(with: sent) || sent.starts(with: expected))
            #expect((first.match == nil) == (second.match == nil))
        }
    }
}
