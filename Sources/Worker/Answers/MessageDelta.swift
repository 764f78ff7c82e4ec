// SPDX-License-Identifier: MIT

import Wire

/// What is new in an assistant's message.
enum MessageDelta: Sendable, Equatable {
    case reasoning(String)
    /// UTF-8.
    case content([UInt8])
    /// A call begins. `index` counts the message's calls.
    case call(index: Int, id: String, name: String)
    case arguments(index: Int, String)

    /// The deltas that one of OpenAI's stands for.
    static func list(_ json: JSONValue) -> [MessageDelta] {
        var result: [MessageDelta] = []
        if let text = json["reasoning_content"]?.string { result.append(.reasoning(text)) }
        if let text = json["content"]?.string { result.append(.content(Array(text.utf8))) }
        for call in json["tool_calls"]?.array ?? [] {
            let index = Int(call["index"]?.integer ?? 0)
            let function = call["function"]
            if let name = function?["name"]?.string {
                result.append(.call(index: index, id: call["id"]?.string ?? "", name: name))
            }
            if let arguments = function?["arguments"]?.string, !arguments.isEmpty {
                result.append(.arguments(index: index, arguments))
            }
        }
        return result
    }
}
