// SPDX-License-Identifier: MIT

/// How an error looks on the wire. Every error that a program answers with passes through here.
extension APIError {
    /// The body of an error response, as JSON.
    package func body(in dialect: Dialect) -> [UInt8] {
        envelope(in: dialect).bytes
    }

    /// The error as the last event of a stream that can't go on.
    package func event(in dialect: Dialect) -> String {
        switch dialect {
        case .openAI: "data: \(json.text)\n\n"
        case .responses: "event: response.failed\ndata: \(failedResponse.text)\n\n"
        case .anthropic: "event: error\ndata: \(envelope(in: dialect).text)\n\n"
        case .ollama: envelope(in: dialect).text + "\n"
        }
    }

    /// The event that ends one of OpenAI's responses. Readers of events look at the response, OpenAI's client at `error`.
    private var failedResponse: JSONValue {
        let code: JSONValue = kind == .exceedContextSize ? "context_length_exceeded" : .string(kind.rawValue)
        return [
            "type": "response.failed",
            "response": [
                "object": "response", "status": "failed", "output": [],
                "error": ["code": code, "message": .string(message)],
            ],
            "error": json["error"] ?? .null,
        ]
    }

    /// What the header `Retry-After` says: whole seconds, at least one.
    package var retryAfterSeconds: Int64? {
        retryAfter.map { max(1, $0.components.seconds + ($0.components.attoseconds > 0 ? 1 : 0)) }
    }

    private func envelope(in dialect: Dialect) -> JSONValue {
        switch dialect {
        case .openAI, .responses:
            json
        case .ollama:
            ["error": .string(message)]
        case .anthropic:
            .object([
                .init("type", "error"),
                .init(
                    "error",
                    .object(
                        [
                            .init("type", .string(anthropicType)), .init("message", .string(message)),
                            .init("code", .integer(Int64(status))),
                        ] + details
                    )
                ),
            ])
        }
    }

    /// The HTTP status. Ollama's clients fetch a model that isn't there, and know that by 404.
    package func status(in dialect: Dialect) -> Int {
        dialect == .ollama && isUnknownModel ? 404 : status
    }

    /// Anthropic's name for the kind of error.
    private var anthropicType: String {
        switch kind {
        case .server: "api_error"
        case .unavailable: "overloaded_error"
        case .exceedContextSize, .notSupported: Kind.invalidRequest.rawValue
        case .invalidRequest where status == 413: "request_too_large"
        default: kind.rawValue
        }
    }
}
