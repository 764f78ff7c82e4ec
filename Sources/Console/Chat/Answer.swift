// SPDX-License-Identifier: MIT

package import Wire

/// An answer as far as it has come.
package struct Answer: Sendable, Equatable {
    package private(set) var content = ""
    package private(set) var reasoning = ""
    package private(set) var finish: String?
    package private(set) var usage: JSONValue?
    package private(set) var timings: JSONValue?
    package private(set) var failure: String?
    package var isInterrupted = false

    package init() {}

    package mutating func add(_ event: AnswerEvent) {
        switch event {
        case .reasoning(let text): reasoning += text
        case .content(let text): content += text
        case .finished(let reason): finish = reason
        case .usage(let value): usage = value
        case .timings(let value): timings = value
        case .failed(let reason): failure = reason
        case .tool: break
        }
    }

    /// `24 tokens, 81.3 tokens/s, prompt 12 tokens at 340 tokens/s`, of what is known.
    package var figures: String {
        var parts: [String] = []
        if let count = timings?["predicted_n"]?.integer ?? usage?["completion_tokens"]?.integer {
            parts.append("\(count) tokens")
        }
        if let rate = timings?["predicted_per_second"]?.double, rate > 0 {
            parts.append("\(Units.fixed(rate, rate < 100 ? 1 : 0)) tokens/s")
        }
        if let count = timings?["prompt_n"]?.integer {
            var text = "prompt \(count) tokens"
            if let rate = timings?["prompt_per_second"]?.double, rate > 0, count > 1 {
                text += " at \(Units.fixed(rate, 0)) tokens/s"
            }
            if let cached = timings?["cache_n"]?.integer, cached > 0 { text += " and \(cached) from the cache" }
            parts.append(text)
        }
        switch finish {
        case "length": parts.append("cut off: no room for more tokens")
        case "tool_calls": parts.append("it wants tools, which are not called here")
        default: break
        }
        if isInterrupted { parts.append("stopped") }
        return parts.joined(separator: ", ")
    }

    /// For programs.
    package func json(model: String) -> JSONValue {
        var members: [JSONValue.Member] = [.init("model", .string(model)), .init("content", .string(content))]
        if !reasoning.isEmpty { members.append(.init("reasoning", .string(reasoning))) }
        members.append(.init("finish_reason", finish.map(JSONValue.string) ?? .null))
        if let usage { members.append(.init("usage", usage)) }
        if let timings { members.append(.init("timings", timings)) }
        return .object(members)
    }
}
