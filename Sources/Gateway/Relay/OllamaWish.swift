// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// What a request of Ollama's API wants of the model's life. The rest of it is the worker's to read.
struct OllamaWish {
    /// How long the model is to stay after the request.
    let keepAlive: KeepAlive
    /// Whether the request says so itself; else it is what the server says for all, which holds where no request has said anything.
    let isOwn: Bool
    /// Whether nothing else is wanted than that the model leave, so that none is loaded for it.
    let onlyReleases: Bool

    /// Longest body that is looked into for having nothing to say, in bytes.
    private static let limit = 16 << 10

    /// - Parameter standard: how long models stay after requests that don't say.
    /// - Returns: nil where nothing is said of it.
    /// - Throws: 400 for a time that can't be read.
    init?(_ request: RelayRequest, standard: KeepAlive?) throws(APIError) {
        guard request.route.dialect == .ollama, request.route.isUse else { return nil }
        let bytes = request.body.readableBytesSpan
        let value: JSONValue?
        do {
            value = try RequestScan.value("keep_alive", in: bytes)
        } catch {
            throw APIError(.invalidRequest, error.description)
        }
        guard let value, value != .null else {
            guard let standard else { return nil }
            keepAlive = standard
            isOwn = false
            onlyReleases = false
            return
        }
        guard let time = KeepAlive(json: value) else { throw APIError(.invalidRequest, KeepAlive.sentence) }
        keepAlive = time
        isOwn = true
        onlyReleases = time == .after(.zero) && bytes.byteCount <= Self.limit && Self.isEmpty(request)
    }

    /// Whether a request has nothing for the model to do.
    private static func isEmpty(_ request: RelayRequest) -> Bool {
        // What is no JSON is the worker's to refuse.
        guard let json = try? JSONValue(parsing: request.body.readableBytesSpan) else { return false }
        func lacks(_ name: String) -> Bool {
            switch json[name] {
            case nil, .null?, .string("")?: true
            case .array(let list)?: list.isEmpty
            default: false
            }
        }
        switch RelayRoute.split(request.head.uri).path {
        case "/api/chat": return lacks("messages")
        case "/api/generate": return lacks("prompt") && lacks("suffix") && lacks("images")
        default: return false
        }
    }

    /// Ollama's answer where the model leaves.
    /// - Parameter now: seconds since 1970.
    static func released(_ model: String, isChat: Bool, now: Int64) -> JSONValue {
        let said: JSONValue.Member =
            isChat ? .init("message", ["role": "assistant", "content": ""]) : .init("response", "")
        return .object([
            .init("model", .string(model)), .init("created_at", .string(Timestamp.text(secondsSince1970: now))), said,
            .init("done", true), .init("done_reason", "unload"),
        ])
    }
}
