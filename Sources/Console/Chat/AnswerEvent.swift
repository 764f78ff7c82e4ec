// SPDX-License-Identifier: MIT

package import Wire

/// A piece of a streaming chat completion.
package enum AnswerEvent: Sendable, Equatable {
    case reasoning(String)
    case content(String)
    /// A tool that the model wants called; this client runs none.
    case tool(String)
    case finished(String)
    case usage(JSONValue)
    case timings(JSONValue)
    case failed(String)

    /// The pieces of one chunk, `{"choices":[{"delta":{…}}],…}` or `{"error":{…}}`.
    package static func events(of data: String) -> [AnswerEvent] {
        guard data != "[DONE]", let chunk = try? JSONValue(parsing: data) else { return [] }
        if let error = chunk["error"] {
            return [.failed(Printable.line(error["message"]?.string ?? error.text))]
        }
        var events: [AnswerEvent] = []
        for choice in chunk["choices"]?.array ?? [] {
            let delta = choice["delta"]
            if let text = delta?["reasoning_content"]?.string, !text.isEmpty { events.append(.reasoning(text)) }
            if let text = delta?["content"]?.string, !text.isEmpty { events.append(.content(text)) }
            for call in delta?["tool_calls"]?.array ?? [] {
                if let name = call["function"]?["name"]?.string, !name.isEmpty { events.append(.tool(name)) }
            }
            if let reason = choice["finish_reason"]?.string { events.append(.finished(reason)) }
        }
        if let usage = chunk["usage"], usage.members != nil { events.append(.usage(usage)) }
        if let timings = chunk["timings"], timings.members != nil { events.append(.timings(timings)) }
        return events
    }
}
