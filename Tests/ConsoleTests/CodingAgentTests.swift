// SPDX-License-Identifier: MIT

import Console
import Testing
import Wire

@Suite("Coding agents")
struct CodingAgentTests {
    private func start(_ agent: CodingAgent, key: String? = nil, _ arguments: [String] = []) -> CodingAgent.Start {
        agent.start(model: "user/repo:Q4", base: "http://127.0.0.1:8080", key: key, arguments: arguments)
    }

    @Test("Claude Code: every kind of its models is this one")
    func claude() {
        let start = start(.claude, key: "k", ["-p", "hi"])
        #expect(start.program == "claude" && start.arguments == ["-p", "hi"])
        #expect(start.variables.first { $0.name == "ANTHROPIC_BASE_URL" }?.value == "http://127.0.0.1:8080")
        #expect(start.variables.first { $0.name == "ANTHROPIC_AUTH_TOKEN" }?.value == "k")
        #expect(start.variables.filter { $0.name.hasSuffix("_MODEL") }.allSatisfy { $0.value == "user/repo:Q4" })
    }

    @Test("Codex: a provider by arguments, with its key in a variable")
    func codex() {
        let start = start(.codex, ["exec", "x"])
        #expect(start.arguments.suffix(4) == ["-m", "user/repo:Q4", "exec", "x"])
        #expect(start.arguments.contains { $0.contains(#"base_url="http://127.0.0.1:8080/v1""#) })
        #expect(start.variables.map(\.name) == ["ENGINEHOUSE_API_KEY"])
    }

    @Test("opencode: a configuration that is JSON")
    func opencode() throws {
        let json = try JSONValue(parsing: try #require(start(.opencode).variables.first).value)
        #expect(json["model"] == "enginehouse/user/repo:Q4")
        let provider = json["provider"]?["enginehouse"]
        #expect(provider?["options"]?["baseURL"] == "http://127.0.0.1:8080/v1")
        #expect(provider?["models"]?["user/repo:Q4"] != nil)
    }

    @Test("The line for a shell is quoted")
    func line() {
        let start = start(.aider, key: "it's", ["--message", "a b"])
        #expect(
            start.line
                == #"OPENAI_API_BASE=http://127.0.0.1:8080/v1 OPENAI_API_KEY='it'\''s' aider --model openai/user/repo:Q4 --message 'a b'"#
        )
    }
}
