// SPDX-License-Identifier: MIT

import API
import Testing
import Wire
import Worker

@Suite("Ranking in the words of its vendors")
struct RerankTests {
    private func answer(_ body: String, isCohere: Bool = false) throws -> JSONValue {
        let fields = try RerankFields(RequestFields(try JSONValue(parsing: body)), isCohere: isCohere)
        let scores = fields.documents.indices.map { Float($0) }
        return RerankAnswer(fields, scores: scores).json(model: "m", id: "i", tokens: 9)
    }

    @Test("Jina's: the best first; documents as objects, and given back if they are wanted")
    func jina() throws {
        let plain = try answer(#"{"query":"q","documents":["a","b"],"top_n":1}"#)
        #expect(plain["results"] == [["index": 1, "relevance_score": 1.0]])
        #expect(plain["data"] == nil && plain["usage"]?["total_tokens"] == 9)
        let whole = try answer(#"{"query":"q","documents":[{"text":"a"},"b"],"return_documents":true}"#)
        #expect(whole["results"]?.array?.compactMap { $0["document"]?["text"]?.string } == ["b", "a"])
    }

    @Test("Voyage's list stands beside it")
    func voyage() throws {
        let body = #"{"query":"q","documents":["a","b"],"top_k":null,"return_documents":true}"#
        let answer = try answer(body)
        #expect(answer["data"]?.array?.first == ["index": 1, "relevance_score": 1.0, "document": "b"])
        #expect(try self.answer(#"{"query":"q","documents":["a","b"],"top_k":1}"#)["data"]?.array?.count == 1)
    }

    @Test("Cohere's second")
    func cohere() throws {
        let answer = try answer(#"{"query":"q","documents":["a"],"max_tokens_per_doc":10}"#, isCohere: true)
        #expect(answer["id"] == "i" && answer["results"]?.array?.count == 1 && answer["meta"] != nil)
    }

    @Test("Text Embeddings Inference's: a plain list")
    func tei() throws {
        let answer = try answer(#"{"query":"q","texts":["a","b"],"return_text":true}"#)
        #expect(answer == [["index": 1, "score": 1.0, "text": "b"], ["index": 0, "score": 0.0, "text": "a"]])
        let body: JSONValue = ["query": "q", "texts": ["a"]]
        #expect(try RerankFields(RequestFields(body)).isScoredWithinOne)
        let raw: JSONValue = ["query": "q", "texts": ["a"], "raw_scores": true]
        #expect(try !RerankFields(RequestFields(raw)).isScoredWithinOne)
    }

    @Test(
        "what can't be read is refused with its place",
        arguments: [
            (#"{"documents":["a"]}"#, "query"), (#"{"query":"q"}"#, "documents"),
            (#"{"query":"q","documents":[]}"#, "documents"),
            (#"{"query":"q","documents":["a",5]}"#, "'documents[1]'"),
            (#"{"query":"q","texts":[{"image":"x"}]}"#, "'texts[0]'"),
            (#"{"query":"q","documents":["a"],"top_k":-1}"#, "'top_k'"),
            (#"{"query":"q","texts":["a"],"truncation_direction":"Left"}"#, "'truncation_direction'"),
        ]
    )
    func refuses(body: String, name: String) throws {
        let fields = RequestFields(try JSONValue(parsing: body))
        let error = #expect(throws: APIError.self) { try RerankFields(fields) }
        #expect(error?.status == 400 && error?.message.contains(name) == true)
    }
}
