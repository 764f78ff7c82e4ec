// SPDX-License-Identifier: MIT

import Console
import Platform
import Testing
import Wire

@Suite("A router's models")
struct ModelListTests {
    private func list(_ text: String) throws -> ModelList { ModelList(try JSONValue(parsing: text)) }

    @Test("are read from what the list says, with and without details")
    func facts() throws {
        let list = try list(
            """
            {"object":"list","problem":"no folder","data":[
             {"id":"a","aliases":["x"],"status":{"value":"loading","progress":0.5},"source":"models_dir","can_remove":false,
              "architecture":{"input_modalities":["text","image"]},
              "gguf":{"size":1000,"n_params":20,"quantization":"Q8_0","n_ctx_train":512,"architecture":"llama"}},
             {"id":"b","status":{"value":"unloaded","failed":true,"reason":"bad\\nfile","log":["l"]},
              "details":{"bytes":7,"memory_bytes":9,"last_used":100,"ttl":60,"pinned":true,"path":"/m/b.gguf"}},
             {"no":"id"}]}
            """
        )
        let (a, b) = (list.models[0], list.models[1])
        #expect(list.models.count == 2 && list.problem == "no folder" && !list.isSingle)
        #expect(a.status == "loading" && a.progress == 0.5 && a.bytes == 1000 && a.parameters == 20)
        #expect(a.quantization == "Q8_0" && a.contextLength == 512 && a.inputs == ["text", "image"] && a.isAlive)
        #expect(b.status == "failed" && b.reason == "bad file" && b.log == ["l"] && b.bytes == 7 && b.memory == 9)
        #expect(b.lastUsed == 100 && b.timeToLive == 60 && b.isPinned && b.path == "/m/b.gguf" && !b.isAlive)
    }

    @Test("are found by name and alias, else the nearest is named")
    func names() throws {
        let list = try list(#"{"data":[{"id":"stories-chat-Q8_0","aliases":["tales"]},{"id":"pirate"}]}"#)
        #expect(try list.model(named: "tales").id == "stories-chat-Q8_0")
        func refusal(_ name: String) -> String {
            do {
                return try list.model(named: name).id
            } catch {
                return error.description
            }
        }
        #expect(refusal("pirat") == "the router has no model 'pirat'; did you mean 'pirate'?")
        #expect(refusal("Chat") == "the router has no model 'Chat'; did you mean 'stories-chat-Q8_0'?")
        #expect(refusal("gpt\u{1B}[2J").hasPrefix("the router has no model 'gpt[2J'; `enginehouse models`"))
    }

    @Test("that one begins with are found by their short names")
    func shortNames() throws {
        let list = try list(#"{"data":[{"id":"unsloth/Qwen3.5-4B-GGUF:Q4_K_M"},{"id":"x","aliases":["gemma-4-e4b"]}]}"#)
        #expect(try list.model(named: "Qwen3.5-4b").id == "unsloth/Qwen3.5-4B-GGUF:Q4_K_M")
        // What a router's own models are called counts more.
        #expect(try list.model(named: "gemma-4-e4b").id == "x")
        let error = #expect(throws: ConsoleError.self) { try list.model(named: "gpt-oss-20b") }
        #expect(
            error?.description == "the router doesn't have gpt-oss-20b yet: `enginehouse pull gpt-oss-20b` gets it"
        )
    }

    @Test("of a server with a single one answer to every name")
    func single() throws {
        let list = try list(#"{"models":[],"data":[{"id":"/m/one.gguf"}]}"#)
        #expect(try list.model(named: "gpt-4").id == "/m/one.gguf")
    }

    @Test("that are empty say how to get one")
    func empty() throws {
        let list = try list(#"{"data":[]}"#)
        #expect(throws: ConsoleError.self) { try list.model(named: "x") }
    }

    @Test("have slots of which some are busy")
    func slots() throws {
        let count = SlotCount([["id": 0, "is_processing": true], ["id": 1, "is_processing": false]])
        #expect(count?.busy == 1 && count?.total == 2)
        #expect(SlotCount(["error": 1]) == nil)
    }

    @Test("send events whose lines may come in pieces")
    func lines() {
        var lines = EventLines(limit: 10)
        #expect(lines.add("data: a\r\nda".utf8) == ["data: a"])
        #expect(lines.add("ta:b\n\n".utf8) == ["data:b", ""])
        #expect(lines.add("0123456789abc\nrest".utf8) == ["0123456789"])
        #expect(lines.end() == "rest" && lines.end() == nil)
        #expect(EventLines.data(of: "data: a") == "a" && EventLines.data(of: "data:  b") == " b")
        #expect(EventLines.data(of: ": ping") == nil && EventLines.data(of: "") == nil)
    }

    @Test("keep their whole names in a table of any width; columns make room (F27)")
    func wholeNames() throws {
        let name = "bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M"
        let list = try list(
            """
            {"data":[{"id":"\(name)","status":{"value":"unloaded"},"source":"cache","gguf":{"size":800000000,"n_params":1200000000,
            "quantization":"Q4_K_M","n_ctx_train":131072}},{"id":"tiny","status":{"value":"loaded"}}]}
            """
        )
        let plain = Style(isTerminal: false, environment: [:])
        for width in [20, 50, 60, 80, 120, 200] {
            let tables = [
                ModelsCommand.table(list.models, now: 0), PsCommand.table(list.models, slots: [:], now: 0),
            ]
            for table in tables {
                let lines = table.lines(width: width, style: plain)
                #expect(lines[1].hasPrefix(name) && lines[2].hasPrefix("tiny"))
                #expect(lines[1] == name || lines.allSatisfy { DisplayWidth.of($0) <= width })
            }
        }
    }
}
