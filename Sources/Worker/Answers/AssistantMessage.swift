// SPDX-License-Identifier: MIT

import Wire

/// What an assistant said, complete.
struct AssistantMessage: Sendable, Equatable {
    /// A call of a function.
    struct Call: Sendable, Equatable {
        let id: String
        let name: String
        /// JSON, as the model wrote it.
        let arguments: String
    }

    var reasoning = ""
    var content = ""
    var calls: [Call] = []

    init(content: String) {
        self.content = content
    }

    /// - Parameter json: OpenAI's message.
    init(_ json: JSONValue) {
        reasoning = json["reasoning_content"]?.string ?? ""
        content = json["content"]?.string ?? ""
        calls = (json["tool_calls"]?.array ?? []).map { call in
            Call(
                id: call["id"]?.string ?? "",
                name: call["function"]?["name"]?.string ?? "",
                arguments: call["function"]?["arguments"]?.string ?? ""
            )
        }
    }
}
