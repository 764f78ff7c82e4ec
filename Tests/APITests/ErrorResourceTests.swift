// SPDX-License-Identifier: MIT

import API
import Testing
import Wire

/// What `APIError` writes is what the document says of it.
@Suite("Errors of the API") struct ErrorResourceTests {
    private static func json(_ error: APIError, _ dialect: Dialect) throws -> JSONValue {
        try JSONValue(parsing: error.body(in: dialect).span.bytes)
    }

    @Test("each kind in each dialect is read as its resource", arguments: APIError.Kind.allCases)
    func shapes(kind: APIError.Kind) throws {
        let details: [JSONValue.Member] = [.init("n_prompt_tokens", 9), .init("n_ctx", 8)]
        let error = APIError(kind, "what is wrong", details: details)
        for dialect in [Dialect.openAI, .responses] {
            let read = try ErrorResource(json: Self.json(error, dialect)).error
            #expect(read.code == error.status && read.message == error.message && read.type == kind.rawValue)
            #expect(read.promptTokens == 9 && read.context == 8)
        }
        let read = try AnthropicErrorResource(json: Self.json(error, .anthropic))
        #expect(read.type == "error" && read.error.message == error.message && !read.error.type.isEmpty)
        #expect(try OllamaErrorResource(json: Self.json(error, .ollama)).error == error.message)
    }
}
