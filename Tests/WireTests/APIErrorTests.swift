// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("Errors in the words of each dialect")
struct APIErrorTests {
    @Test(
        "a path's dialect",
        arguments: [
            ("/v1/messages", .anthropic), ("/v1/messages/count_tokens", .anthropic), ("/v1/responses", .responses),
            ("/responses", .responses), ("/v1/chat/completions", .openAI), ("/v1/messages2", .openAI),
        ] as [(String, Dialect)]
    )
    func dialect(path: String, dialect: Dialect) {
        #expect(Dialect(path: path) == dialect)
    }

    @Test("a response that fails in its stream says so by an event that its readers know")
    func failedResponse() throws {
        let event = APIError(.exceedContextSize, "too long").event(in: .responses)
        let lines = event.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4 && lines[0] == "event: response.failed" && event.hasSuffix("\n\n"))
        let json = try JSONValue(parsing: String(lines[1].dropFirst(6)))
        #expect(json["type"] == "response.failed" && json["response"]?["status"] == "failed")
        #expect(json["response"]?["error"]?["code"] == "context_length_exceeded")
        #expect(json["error"]?["message"] == "too long")
    }

    @Test("C18: what a server can't do is final, whatever else may be tried again")
    func finality() {
        #expect(APIError(.notSupported, "x").isFinal && !APIError(.unavailable, "x").isFinal)
        #expect(!APIError(.notSupported, "x", isFinal: false).isFinal && APIError(.server, "x", isFinal: true).isFinal)
    }
}
