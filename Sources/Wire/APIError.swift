// SPDX-License-Identifier: MIT

import Platform

/// An error as every dialect's client can show it: an HTTP status, a kind and a sentence.
///
/// The JSON shape `{"error":{"code","message","type"}}`, its types and codes are llama-server's.
package struct APIError: ExplainedError {
    /// llama-server's error types.
    package enum Kind: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request_error"
        case authentication = "authentication_error"
        case permission = "permission_error"
        case notFound = "not_found_error"
        case server = "server_error"
        case notSupported = "not_supported_error"
        case unavailable = "unavailable_error"
        case exceedContextSize = "exceed_context_size_error"

        /// The HTTP status that goes with the type.
        package var status: Int {
            switch self {
            case .invalidRequest, .exceedContextSize: 400
            case .authentication: 401
            case .permission: 403
            case .notFound: 404
            case .server: 500
            case .notSupported: 501
            case .unavailable: 503
            }
        }
    }

    package let kind: Kind
    /// One sentence for the caller: what is wrong and what to do.
    package let message: String
    /// The HTTP status; usually the kind's own.
    package let status: Int
    /// More members for the error object, behind code, message and type.
    package let details: [JSONValue.Member]
    /// How long to wait before another try has a chance, for the header `Retry-After`; nil where that isn't known.
    package let retryAfter: Duration?
    /// Whether another try would end alike, whatever the status says: the header `x-should-retry: false`, which OpenAI's and
    /// Anthropic's clients honour.
    package let isFinal: Bool
    /// Whether it is that there is no model of the name that the request gives.
    package let isUnknownModel: Bool

    package init(
        _ kind: Kind,
        _ message: String,
        status: Int? = nil,
        details: [JSONValue.Member] = [],
        retryAfter: Duration? = nil,
        isFinal: Bool? = nil,
        isUnknownModel: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.status = status ?? kind.status
        self.details = details
        self.retryAfter = retryAfter
        // What a server can't do, it can't do a moment later.
        self.isFinal = isFinal ?? (kind == .notSupported)
        self.isUnknownModel = isUnknownModel
    }

    /// The error object with its envelope, `{"error":{...}}`.
    package var json: JSONValue {
        let members: [JSONValue.Member] = [
            .init("code", .integer(Int64(status))),
            .init("message", .string(message)),
            .init("type", .string(kind.rawValue)),
        ]
        return ["error": .object(members + details)]
    }
}
