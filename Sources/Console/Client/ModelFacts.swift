// SPDX-License-Identifier: MIT

package import Wire

/// One entry of `GET /models` as commands look at it. What a router doesn't say is nil.
package struct ModelFacts: Sendable, Equatable {
    package let id: String
    package let aliases: [String]
    /// `unloaded`, `loading`, `loaded`, `sleeping`, `downloading`, `downloaded`; `failed` where the last load went wrong.
    package let status: String
    /// How far a load or a download is, from 0 to 1.
    package let progress: Double?
    /// Why it failed, and the last lines of its log.
    package let reason: String?
    package let log: [String]
    package let source: String?
    package let canRemove: Bool
    package let inputs: [String]
    package let bytes: Double?
    package let parameters: Double?
    package let quantization: String?
    package let architecture: String?
    package let contextLength: Int?
    /// What its worker takes of memory.
    package let memory: Double?
    /// Seconds since 1970.
    package let lastUsed: Double?
    /// Seconds of idleness after which it leaves.
    package let timeToLive: Double?
    package let isPinned: Bool
    package let path: String?
    /// Requests that it serves, and that wait for it.
    package let requests: Int?
    package let waiting: Int?
    /// The tokens for which it has room while it is loaded.
    package let contextSize: Int?
    /// Seconds since its last request ended, and when it leaves, in seconds since 1970.
    package let idle: Double?
    package let expires: Double?

    package init?(_ entry: JSONValue) {
        guard let id = entry["id"]?.string else { return nil }
        let state = entry["status"]
        let details = entry["details"]
        let header = entry["gguf"]
        let meta = entry["meta"]
        self.id = Printable.line(id)
        aliases = (entry["aliases"]?.array ?? []).compactMap(\.string)
        reason = (state?["reason"]?.string).map(Printable.line)
        let word = state?["value"]?.string ?? "?"
        status = state?["failed"]?.bool == true && word == "unloaded" ? "failed" : word
        progress = state?["progress"]?.double
        log = (state?["log"]?.array ?? []).compactMap(\.string).map(Printable.line)
        source = details?["source"]?.string ?? entry["source"]?.string
        canRemove = entry["can_remove"]?.bool ?? false
        inputs = (entry["architecture"]?["input_modalities"]?.array ?? []).compactMap(\.string)
        bytes = details?["bytes"]?.double ?? header?["size"]?.double ?? meta?["size"]?.double
        parameters = details?["parameters"]?.double ?? header?["n_params"]?.double ?? meta?["n_params"]?.double
        quantization = (details?["quantization"]?.string ?? header?["quantization"]?.string).map(Printable.line)
        architecture = (header?["architecture"]?.string).map(Printable.line)
        contextLength = (details?["context_length"]?.integer ?? header?["n_ctx_train"]?.integer).map {
            Int(clamping: $0)
        }
        memory = details?["memory_bytes"]?.double
        lastUsed = details?["last_used"]?.double
        timeToLive = details?["ttl"]?.double
        isPinned = details?["pinned"]?.bool ?? false
        path = (details?["path"]?.string ?? details?["repo"]?.string).map(Printable.line)
        requests = details?["in_flight"]?.integer.map { Int(clamping: $0) }
        waiting = details?["waiting"]?.integer.map { Int(clamping: $0) }
        contextSize = (details?["context_size"]?.integer ?? meta?["n_ctx"]?.integer).map { Int(clamping: $0) }
        idle = details?["idle_seconds"]?.double
        expires = details?["expires_at"]?.double
    }

    /// Whether a worker lives for it, or is about to.
    package var isAlive: Bool { ["loading", "loaded", "sleeping"].contains(status) }

    /// Whether a name stands for it.
    package func isCalled(_ name: String) -> Bool { id == name || aliases.contains(name) }
}
