// SPDX-License-Identifier: MIT

package import API
import Wire

/// What all events of one of OpenAI's responses have in common.
package struct ResponseIdentity: Sendable {
    let id = "resp_" + AnswerIdentity.randomID()
    /// Seconds since 1970.
    let created: Int64
    /// The model's name.
    let model: String
    /// What of the request the response repeats.
    let echo: [JSONValue.Member]

    private static let echoed: [(name: String, missing: JSONValue)] = [
        ("instructions", .null), ("max_output_tokens", .null), ("metadata", [:]), ("parallel_tool_calls", true),
        ("temperature", .null), ("tool_choice", "auto"), ("tools", []), ("top_p", .null),
    ]

    /// - Parameter request: the request, in its own dialect.
    package init(model: String, created: Int64, request: RequestFields) {
        self.model = model
        self.created = created
        echo = Self.echoed.map { .init($0.name, request[$0.name] ?? $0.missing) }
    }

    /// The response before anything is said.
    func response(_ status: ResponseResource.Status) -> ResponseResource {
        var response = ResponseResource()
        response.id = id
        response.created = Int(created)
        response.status = status
        response.model = model
        response.echo = echo
        return response
    }
}
