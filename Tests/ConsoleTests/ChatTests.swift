// SPDX-License-Identifier: MIT

import Console
import Testing
import Wire

@Suite("A conversation")
struct ChatTests {
    @Test("is made of messages and commands")
    func lines() {
        var reader = ChatReader()
        #expect(reader.take("  hello ") == .message("hello"))
        #expect(reader.take("   ") == .nothing)
        #expect(reader.take("/model  coder ") == .command(.model("coder")))
        #expect(reader.take("/system be brief") == .command(.system("be brief")))
        #expect(reader.take("/bye") == .command(.bye) && reader.take("/?") == .command(.help))
        #expect(reader.take("/etc/passwd is what?") == .message("/etc/passwd is what?"))
        #expect(reader.take("/modl x") == .problem("There is no command /modl; did you mean /model?"))
        #expect(reader.take("/frobnicate") == .problem("There is no command /frobnicate; /help lists all."))
        #expect(reader.take("/bye\nreally") == .message("/bye\nreally"))
    }

    @Test("may have texts of several lines between quotes")
    func several() {
        var reader = ChatReader()
        #expect(reader.take("\"\"\"one") == .more && reader.isInside)
        #expect(reader.take("  two") == .more)
        #expect(reader.take("/bye") == .more)
        #expect(reader.take("three\"\"\"") == .message("one\n  two\n/bye\nthree") && !reader.isInside)
        #expect(reader.take("\"\"\"all in one\"\"\"") == .message("all in one"))
        #expect(reader.take("\"\"\"") == .more)
        #expect(reader.take("\"\"\"") == .nothing)
        #expect(reader.take("\"\"\"x") == .more)
        reader.reset()
        #expect(reader.take("y") == .message("y"))
    }

    @Test("completes commands and the names of models")
    func completion() {
        let models = ["stories-a", "stories-b", "pirate"]
        func complete(_ line: String) -> (String, [String]) { ChatCompletion.complete(line, models: models) }
        #expect(complete("hello") == ("hello", []))
        #expect(complete("/sy") == ("/system ", []))
        #expect(complete("/mo") == ("/model", ["/model", "/models"]))
        #expect(complete("/model s") == ("/model stories-", ["stories-a", "stories-b"]))
        #expect(complete("/model p") == ("/model pirate", []))
        #expect(complete("/model x") == ("/model x", []) && complete("/xyz") == ("/xyz", []))
    }

    @Test("remembers what was said")
    func conversation() {
        var talk = Conversation(system: "brief")
        talk.ask("a")
        talk.answer("b")
        talk.ask("c")
        #expect(talk.json.array?.count == 4 && talk.json.array?.first?["role"] == "system")
        let isRewound = talk.rewind(withQuestion: true)
        #expect(isRewound && talk.messages.map(\.content) == ["a", "b"])
        let isRetried = talk.rewind()
        #expect(isRetried && talk.messages.map(\.content) == ["a"])
        talk.clear()
        let hasAsked = talk.rewind()
        #expect(!hasAsked && talk.json.array?.count == 1)
    }

    @Test("hears the pieces of an answer")
    func events() {
        func events(_ text: String) -> [AnswerEvent] { AnswerEvent.events(of: text) }
        #expect(
            events(#"{"choices":[{"delta":{"content":"a","reasoning_content":"b"}}]}"#) == [
                .reasoning("b"), .content("a"),
            ]
        )
        #expect(
            events(#"{"choices":[{"delta":{"content":null},"finish_reason":"stop"}],"timings":{"predicted_n":1}}"#) == [
                .finished("stop"), .timings(["predicted_n": 1]),
            ]
        )
        #expect(events(#"{"error":{"message":"gone\u001b"}}"#) == [.failed("gone")])
        #expect(events("[DONE]") == [] && events("{") == [] && events(#"{"choices":[]}"#) == [])
        var answer = Answer()
        for event in [.content("x"), .reasoning("y"), .finished("length"), .usage(["completion_tokens": 3])]
            as [AnswerEvent]
        {
            answer.add(event)
        }
        answer.isInterrupted = true
        #expect(answer.figures == "3 tokens, cut off: no room for more tokens, stopped")
        #expect(answer.json(model: "m")["reasoning"] == "y")
        answer.add(
            .timings([
                "predicted_n": 4, "predicted_per_second": 12.34, "prompt_n": 9, "prompt_per_second": 100.0,
                "cache_n": 5,
            ])
        )
        #expect(
            answer.figures.hasPrefix("4 tokens, 12.3 tokens/s, prompt 9 tokens at 100 tokens/s and 5 from the cache")
        )
    }

    @Test("shows thoughts dimmed, and nothing that commands the terminal")
    func text() {
        let style = Style(isTerminal: true, environment: [:])
        var text = AnswerText(style: style)
        var shown = ""
        for event in [.reasoning("\nthink"), .reasoning("ing\u{1B}[2J"), .content("\n\nanswer"), .finished("stop")]
            as [AnswerEvent]
        {
            shown += text.write(event)
        }
        shown += text.end()
        #expect(shown == "\u{1B}[2mthinking[2J\u{1B}[0m\n\nanswer\n")
        var plain = AnswerText(style: Style(isTerminal: false, environment: [:]))
        #expect(plain.write(.content("a\n")) + plain.end() == "a\n")
    }

    @Test("breaks lines between words, however they come")
    func wrap() {
        let text =
            "one two three four five six seven\n    indented code\nlonglonglonglonglonglonglonglong end 日本語日本語日本語日本語"
        let lines = "one two three four\nfive six seven\n    indented code\nlonglonglonglonglonglonglonglong end\n"
        func wrapped(_ pieces: [String]) -> String {
            var wrap = WordWrap(width: 20)
            return pieces.map { wrap.add($0) }.joined() + wrap.flush()
        }
        let whole = wrapped([text])
        #expect(whole.hasPrefix("one two three four\nfive six seven\n    indented code\nlonglong"))
        #expect(whole.filter { !$0.isWhitespace } == (lines + "日本語日本語日本語日本語").filter { !$0.isWhitespace })
        #expect(wrapped(text.map(String.init)) == whole)
        var narrow = WordWrap(width: 0)
        #expect(narrow.add("a b") == "a b" && narrow.flush() == "")
        var wrap = WordWrap(width: 20)
        #expect(wrap.add("日本") == "日本")
    }
}
