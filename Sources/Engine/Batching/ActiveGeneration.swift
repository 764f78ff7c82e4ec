// SPDX-License-Identifier: MIT

/// A generation while it has a slot.
struct ActiveGeneration {
    let request: GenerationRequest
    let stream: GenerationStream
    /// The order in which generations got their slots.
    let age: UInt64
    /// Tokens of the prompt that were in the cache already.
    let cachedTokens: Int
    let started: ContinuousClock.Instant
    var matcher: StopMatcher
    /// The token that was chosen last and is to be computed next; nil while the prompt isn't done.
    var next: Int32?
    var generated = 0
    var promptDone: ContinuousClock.Instant?

    init(
        _ queued: QueuedGeneration,
        age: UInt64,
        cachedTokens: Int,
        now: ContinuousClock.Instant
    ) {
        request = queued.request
        stream = queued.stream
        self.age = age
        self.cachedTokens = cachedTokens
        started = now
        matcher = StopMatcher(stops: queued.request.stops)
    }

    /// The account of a generation that ends now.
    func summary(
        _ reason: GenerationSummary.Reason,
        rest: [UInt8],
        slot: Int,
        now: ContinuousClock.Instant
    ) -> GenerationSummary {
        let promptDone = promptDone ?? now
        return GenerationSummary(
            reason: reason,
            rest: rest,
            slot: slot,
            promptTokens: request.prompt.count,
            cachedTokens: cachedTokens,
            generatedTokens: generated,
            promptDuration: promptDone - started,
            generationDuration: now - promptDone
        )
    }
}

/// A generation that waits for a slot.
struct QueuedGeneration {
    let request: GenerationRequest
    let stream: GenerationStream
}
