// SPDX-License-Identifier: MIT

import API
import Testing
import Wire

/// Requests: a member's one declaration is how it is read and described.
@Suite("Requests of the API") struct RequestShapeTests {
    private static func fields(_ text: String) throws -> RequestFields { RequestFields(try JSONValue(parsing: text)) }

    @Test("a member is read with its type and range, under each of its names, the usual one first")
    func reading() throws {
        let fields = try Self.fields(
            #"{"max_tokens": 7, "n_predict": 5, "top_p": 2, "stop": "a", "seed": null, "n": 3}"#
        )
        #expect(try fields[\GenerationMembers.maxTokens] == 5)
        #expect(try fields[\GenerationMembers.choices] == 3)
        #expect(try fields[\GenerationMembers.stops] == ["a"])
        #expect(try fields[\SamplingMembers.seed] == nil)
        let error = #expect(throws: APIError.self) { try fields[\SamplingMembers.topP] }
        #expect(error?.message == "'top_p' must be between 0.0 and 1.0, not 2")
        let other = try Self.fields(#"{"max_tokens": "many"}"#)
        let wrong = #expect(throws: APIError.self) { try other[\GenerationMembers.maxTokens] }
        #expect(wrong?.message == "'max_tokens' must be a whole number, not a string")
    }

    @Test("the schema has every member with its names, its range and null, and requires what is required")
    func schema() {
        let schema = ChatMembers.schema.json
        #expect(schema["required"] == ["messages"])
        let members = schema["properties"]
        #expect(members?["top_p"]?["maximum"] == 1.0 && members?["top_p"]?["type"] == ["number", "null"])
        #expect(members?["max_tokens"] == members?["n_predict"] && members?["n"]?["maximum"] == 128)
        #expect(members?["messages"]?["type"] == "array")
        #expect(members?["tool_choice"]?["anyOf"]?.array?.count == 3)
    }

    @Test(
        "no request has a member twice",
        arguments: [
            SamplingMembers.members, GenerationMembers.members, ChatMembers.members, CompletionMembers.members,
            InfillMembers.members, EmbeddingMembers.members, EmbedMembers.members, RankingMembers.members,
            AnthropicMembers.members, ResponsesMembers.members, OllamaChatMembers.members,
            OllamaGenerateMembers.members,
        ]
    )
    func unique(members: [any DescribedMember]) {
        let names = members.flatMap(\.names)
        #expect(names.count == Set(names).count && !names.isEmpty)
    }

    @Test("what is said otherwise in a chat completion is all that both don't have")
    func converted() {
        #expect(AnthropicMembers.converted.isSuperset(of: ["system", "thinking", "max_tokens", "mcp_servers"]))
        #expect(AnthropicMembers.converted.isDisjoint(with: ["model", "temperature", "top_k", "stream"]))
        #expect(ResponsesMembers.converted.isSuperset(of: ["input", "text", "background", "max_output_tokens"]))
        #expect(ResponsesMembers.converted.isDisjoint(with: ["model", "temperature", "stream"]))
    }
}
