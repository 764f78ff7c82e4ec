// SPDX-License-Identifier: MIT

import Console
import Testing
import Wire

@Suite("The picture of top")
struct TopScreenTests {
    private let plain = Style(isTerminal: false, environment: [:])

    private func snapshot(requests: Int = 2) throws -> TopSnapshot {
        let list = ModelList(
            try JSONValue(
                parsing:
                    #"{"data":[{"id":"coder","status":{"value":"loaded"},"details":{"memory_bytes":1048576}},{"id":"other","status":{"value":"unloaded"}}]}"#
            )
        )
        let entries = (0..<requests).map { number in
            #"{"id":"\#(number)","model":"coder","state":"\#(number == 0 ? "running" : "queued")","started":100,"tokens":50,"first_byte_ms":5000,"client":"127.0.0.1","user_agent":"curl/8 x","path":"/v1/chat/completions","queue_position":\#(number)}"#
        }
        let activity = try JSONValue(
            parsing:
                #"{"now":110,"requests":[\#(entries.joined(separator: ","))],"recent":[{"id":"9","model":"coder","outcome":"failed","ended":105,"total_ms":1500,"error":"bad"}]}"#
        )
        return TopSnapshot(
            models: list.models,
            slots: ["coder": SlotCount([["is_processing": true]])!],
            activity: activity,
            now: 0
        )
    }

    @Test("shows models, requests and what ended")
    func all() throws {
        let text = TopScreen(address: "here", style: plain).lines(try snapshot(), width: nil, height: nil).joined(
            separator: "\n"
        )
        #expect(text.hasPrefix("enginehouse   1 of 2 models loaded, 1 MiB   1 running, 1 waiting   here\n"))
        #expect(text.contains("coder  loaded") && text.contains("1 of 1") && text.contains("10.0"))
        #expect(text.contains("127.0.0.1 curl/8") && text.contains("queued (place 1)"))
        #expect(text.contains("failed") && text.contains("5s ago") && text.contains("1.5s") && text.contains("bad"))
    }

    @Test("fits every terminal")
    func sizes() throws {
        let snapshot = try snapshot(requests: 40)
        for width in stride(from: 20, through: 160, by: 7) {
            for height in 5...60 {
                let lines = TopScreen(address: "http://127.0.0.1:8080", style: plain)
                    .lines(snapshot, width: width, height: height, hint: "q leaves")
                #expect(lines.count <= height, "\(width) x \(height)")
                if width >= 50 { #expect(lines.allSatisfy { DisplayWidth.of($0) <= width }, "\(width) x \(height)") }
            }
        }
    }

    @Test("chooses among the requests in flight")
    func selection() throws {
        var screen = TopScreen(address: "here", style: Style(isTerminal: true, environment: [:]))
        let snapshot = try snapshot()
        screen.move(by: 1, in: snapshot)
        #expect(screen.selected == "0")
        screen.move(by: 1, in: snapshot)
        screen.move(by: 1, in: snapshot)
        #expect(screen.selected == "1")
        #expect(screen.lines(snapshot, width: 100, height: 30).contains { $0.hasPrefix("\u{1B}[7mcoder") })
        screen.move(by: -1, in: try self.snapshot(requests: 0))
        #expect(screen.selected == nil)
    }
}
