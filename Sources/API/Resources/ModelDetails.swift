// SPDX-License-Identifier: MIT

/// What people want to see of a model, known without a look at any file: `details` of ``ModelResource``.
package struct ModelDetails: APIResource {
    /// The threads that a live worker was given.
    package struct Threads: APIResource {
        package var generating = 0
        package var prompt = 0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .usual("generating", \.generating, .count), .usual("prompt", \.prompt, .count),
        ]
    }

    package static let component: String? = "ModelDetails"

    /// Of its files, or of its download.
    package var bytes: Int?
    package var quantization: String?
    package var parameters: Int?
    package var architecture: String?
    /// Tokens of context that the model was trained on.
    package var contextLength: Int?
    package var modalities: [String] = []
    package var source = ""
    package var path: String?
    /// The repository on the hub that it is from.
    package var repository: String?
    /// Seconds since 1970.
    package var lastUsed: Int?
    /// Bytes that its worker takes.
    package var memory: Int?
    package var isPinned = false
    /// Seconds of idleness after which it leaves.
    package var timeToLive: Double?
    /// Requests that it serves, and that wait for it.
    package var inFlight = 0
    package var waiting = 0
    package var threads: Threads?
    /// The tokens for which it has room while it is loaded.
    package var contextSize: Int?
    /// Seconds since its last request ended.
    package var idle: Int?
    /// When it leaves, in seconds since 1970.
    package var expires: Int?
    package var loadSeconds: Double?
    /// Bytes of its download so far.
    package var downloaded: Int?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .nullable("bytes", \.bytes, .count), .nullable("quantization", \.quantization),
        .nullable("parameters", \.parameters, .count), .nullable("architecture", \.architecture),
        .nullable("context_length", \.contextLength, .count), .usual("modalities", \.modalities),
        .usual("source", \.source), .nullable("path", \.path), .nullable("repo", \.repository),
        .nullable("last_used", \.lastUsed), .nullable("memory_bytes", \.memory, .count),
        .usual("pinned", \.isPinned), .nullable("ttl", \.timeToLive), .usual("in_flight", \.inFlight, .count),
        .usual("waiting", \.waiting, .count), .maybe("threads", \.threads),
        .maybe("context_size", \.contextSize, .count), .maybe("idle_seconds", \.idle), .maybe("expires_at", \.expires),
        .maybe("load_seconds", \.loadSeconds), .maybe("downloaded_bytes", \.downloaded, .count),
    ]
}
