// SPDX-License-Identifier: MIT

import Catalogue
package import NIOHTTP1
package import Wire

/// A request that goes to a worker, and where its model's name stands.
package struct RelayRoute: Sendable, Equatable {
    /// Where a request names its model.
    package enum ModelSource: Sendable, Equatable {
        /// The member `model` of the JSON body.
        case body
        /// `?model=`, decoded.
        case query(String)
        /// Nowhere: there is only one.
        case only
    }

    package let source: ModelSource
    package let dialect: Dialect
    /// `?autoload=`: whether this request may load its model; nil for the server's default.
    package let autoload: Bool?
    /// Whether the model is used, and not only looked at.
    package let isUse: Bool

    /// The route of a request, or nil if the router answers it itself.
    /// - Parameter hasOnlyModel: whether requests are for one model, whatever they say.
    package init?(method: HTTPMethod, uri: String, hasOnlyModel: Bool = false) {
        let (path, query) = Self.split(uri)
        switch method {
        case .POST:
            guard Self.posts.contains(String(path)) || Self.isSlot(path) else { return nil }
            source = hasOnlyModel ? .only : .body
            isUse = true
        case .GET, .HEAD:
            guard Self.gets.contains(String(path)) else { return nil }
            isUse = false
            if hasOnlyModel {
                source = .only
            } else {
                let model = QueryString(query)["model"]
                // Its clients name no model: there may be only one that is meant.
                guard model != nil || ModelPurpose(path: path) != nil else { return nil }
                source = .query(model ?? "")
            }
        default:
            return nil
        }
        dialect = Dialect(path: path)
        // llama-server: "true" and "1" switch it on, anything else that is not empty switches it off.
        let wish = query.isEmpty ? nil : QueryString(query)["autoload"]
        autoload = wish.flatMap { $0.isEmpty ? nil : $0 == "true" || $0 == "1" }
    }

    /// The methods that a path takes on its way to a worker, whatever else a request says; none for a path of the router's own.
    package static func methods(of path: Substring) -> [String] {
        (gets.contains(String(path)) ? ["GET", "HEAD"] : [])
            + (posts.contains(String(path)) || isSlot(path) ? ["POST"] : [])
    }

    /// All paths that go to a worker; `*` for a part of any name.
    package static var paths: [String] { posts.sorted() + gets.sorted() + ["/slots/*"] }

    private static let posts: Set<String> = [
        "/completion", "/completions", "/v1/completions", "/chat/completions", "/v1/chat/completions",
        "/v1/chat/completions/control", "/responses", "/v1/responses", "/audio/transcriptions",
        "/v1/audio/transcriptions", "/v1/messages", "/v1/messages/count_tokens", "/infill", "/embedding", "/embeddings",
        "/v1/embeddings", "/rerank", "/reranking", "/v1/rerank", "/v1/reranking", "/v2/rerank", "/embed", "/embed_all",
        "/tokenize", "/detokenize", "/api/chat", "/api/generate", "/api/embed", "/api/embeddings",
        "/apply-template", "/chat/completions/input_tokens", "/v1/chat/completions/input_tokens",
        "/responses/input_tokens", "/v1/responses/input_tokens", "/lora-adapters", "/props",
    ]

    private static let gets: Set<String> = [
        "/metrics", "/props", "/lora-adapters", "/slots", "/info", "/tokenizer_info",
    ]

    /// `/slots/` and an id.
    private static func isSlot(_ path: Substring) -> Bool {
        let prefix = "/slots/"
        return path.hasPrefix(prefix) && path.utf8.count > prefix.utf8.count
            && !path.dropFirst(prefix.count).contains("/")
    }

    /// A URI's path and query.
    package static func split(_ uri: String) -> (path: Substring, query: Substring) {
        let target = uri.utf8.firstIndex(of: UInt8(ascii: "#")).map { uri[..<$0] } ?? uri[...]
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, "") }
        return (target[..<mark], target[target.utf8.index(after: mark)...])
    }
}
