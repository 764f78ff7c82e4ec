// SPDX-License-Identifier: MIT

/// How an error looks on the wire. Every error that a program answers with passes through here.
extension APIError {
    /// The body of an error response, as JSON.
    package func body(in dialect: Dialect) -> [UInt8] {
        envelope(in: dialect).bytes
    }

    /// The error as the last event of a stream that can't go on.
    package func event(in dialect: Dialect) -> String {
        let prefix = dialect == .anthropic ? "event: error\n" : ""
        return "\(prefix)data: \(envelope(in: dialect).text)\n\n"
    }

    /// What the header `Retry-After` says: whole seconds, at least one.
    package var retryAfterSeconds: Int64? {
        retryAfter.map { max(1, $0.components.seconds + ($0.components.attoseconds > 0 ? 1 : 0)) }
    }

    private func envelope(in dialect: Dialect) -> JSONValue {
        switch dialect {
        case .openAI:
            json
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
