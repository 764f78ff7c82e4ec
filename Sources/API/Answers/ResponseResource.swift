// SPDX-License-Identifier: MIT

package import Wire

/// A response of OpenAI's Responses API.
/// Source: OpenAI's API reference, `POST /v1/responses`.
package struct ResponseResource: APIResource {
    package struct Usage: APIResource {
        package struct Cached: APIResource {
            package var tokens = 0

            package init() {}

            package static let fields: [APIField<Self>] = [.always("cached_tokens", \.tokens, .count)]
        }

        package struct Thoughts: APIResource {
            package var tokens = 0

            package init() {}

            package static let fields: [APIField<Self>] = [.always("reasoning_tokens", \.tokens, .count)]
        }

        package var prompt = 0
        package var cached = Cached()
        package var generated = 0
        package var thoughts = Thoughts()
        package var total = 0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("input_tokens", \.prompt, .count), .always("input_tokens_details", \.cached),
            .always("output_tokens", \.generated, .count), .always("output_tokens_details", \.thoughts),
            .always("total_tokens", \.total, .count),
        ]
    }

    package enum Status: String, APIWord {
        case inProgress = "in_progress"
        case completed
        case incomplete
    }

    package static let component: String? = "Response"

    package var id = ""
    package var object = "response"
    /// Seconds since 1970.
    package var created = 0
    package var status = Status.inProgress
    package var model = ""
    package var output: [JSONValue] = []
    package var error: JSONValue?
    /// What of the request the response repeats.
    package var echo: [JSONValue.Member] = []
    /// What is said once it is over; nil before.
    package var end: End?

    /// What a response that is over says.
    package struct End: APIResource {
        /// Seconds since 1970; nil for one that was cut off.
        package var completed: Int?
        package var incompleteDetails: JSONValue?
        package var usage = Usage()

        package init() {}

        package static let fields: [APIField<Self>] = [
            .nullable("completed_at", \.completed),
            .nullable("incomplete_details", \.incompleteDetails, .object([("reason", .text)])),
            .usual("usage", \.usage),
        ]
    }

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id), .always("object", \.object, .words("response")), .always("created_at", \.created),
        .always("status", \.status), .always("model", \.model), .always("output", \.output, .list(item)),
        .nullable("error", \.error, .document),
    ]

    package static var shape: APISchema {
        .object(
            fields.map { ($0.name, $0.schema) } + End.fields.map { ($0.name, $0.schema) },
            required: fields.filter(\.isWritten).map(\.name)
        )
    }

    package var json: JSONValue { .object(members + echo + (end?.members ?? [])) }

    private static let item: APISchema = .object(
        [
            ("id", .text), ("type", .words("message", "reasoning", "function_call", "custom_tool_call")),
            ("status", .words("in_progress", "completed", "incomplete")), ("role", .words("assistant")),
            ("content", .list(.document)), ("call_id", .text), ("name", .text), ("arguments", .text),
            ("input", .text),
        ],
        required: ["id", "type"]
    )
}
