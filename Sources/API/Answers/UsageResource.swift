// SPDX-License-Identifier: MIT

import Wire

/// OpenAI's `usage`: tokens of all choices together.
package struct UsageResource: APIResource {
    package struct PromptDetails: APIResource {
        package var cached = 0

        package init() {}

        package static let fields: [APIField<Self>] = [.always("cached_tokens", \.cached, .count)]
    }

    package static let component: String? = "Usage"

    package var generated = 0
    package var prompt = 0
    package var promptDetails = PromptDetails()
    package var total = 0

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("completion_tokens", \.generated, .count), .always("prompt_tokens", \.prompt, .count),
        .always("total_tokens", \.total, .count), .always("prompt_tokens_details", \.promptDetails),
    ]
}

/// llama-server's `timings`.
package struct TimingsResource: APIResource {
    package static let component: String? = "Timings"

    /// Tokens of the prompt that were in the cache.
    package var cached = 0
    /// Tokens of the prompt that were computed, and the milliseconds that it took.
    package var prompt = 0
    package var promptMs = 0.0
    package var promptTokenMs = 0.0
    package var promptPerSecond = 0.0
    /// Tokens that were generated, and the milliseconds that it took.
    package var generated = 0
    package var generatedMs = 0.0
    package var generatedTokenMs = 0.0
    package var generatedPerSecond = 0.0
    /// Tokens that were proposed, and those of them that were right; nil where nothing proposes.
    package var proposed: Int?
    package var accepted: Int?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("cache_n", \.cached, .count), .always("prompt_n", \.prompt, .count), .always("prompt_ms", \.promptMs),
        .always("prompt_per_token_ms", \.promptTokenMs), .always("prompt_per_second", \.promptPerSecond),
        .always("predicted_n", \.generated, .count), .always("predicted_ms", \.generatedMs),
        .always("predicted_per_token_ms", \.generatedTokenMs),
        .always("predicted_per_second", \.generatedPerSecond), .maybe("draft_n", \.proposed, .count),
        .maybe("draft_n_accepted", \.accepted, .count),
    ]
}

/// How far a prompt is.
package struct PromptProgressResource: APIResource {
    package static let component: String? = "PromptProgress"

    package var total = 0
    package var cached = 0
    package var processed = 0
    /// Milliseconds since it began.
    package var elapsedMs = 0

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("total", \.total, .count), .always("cache", \.cached, .count),
        .always("processed", \.processed, .count), .always("time_ms", \.elapsedMs, .count),
    ]
}
