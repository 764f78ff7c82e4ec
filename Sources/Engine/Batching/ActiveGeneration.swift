// SPDX-License-Identifier: MIT

import Wire

/// A generation while it has a slot.
struct ActiveGeneration {
    /// A generation whose prompt begins alike and is being computed.
    struct Leader {
        let slot: Int
        let age: UInt64
        /// Tokens that both prompts begin with.
        let length: Int
    }

    var request: GenerationRequest
    let stream: GenerationStream
    /// The order in which generations got their slots.
    let age: UInt64
    let started: ContinuousClock.Instant
    var matcher: StopMatcher
    var indents: IndentMatcher
    /// The token that was chosen last and is to be computed next; nil while the prompt isn't done.
    var next: Int32?
    /// Tokens behind `next` that may follow it, to be computed and checked in one step.
    var proposal: [Int32] = []
    /// Whether tokens are proposed for it.
    var speculates: Bool
    /// Whether those who propose know what stands behind it.
    var hasBegunSpeculating = false
    /// Decides where proposals are accepted by chance.
    private var dice: SplitMix64
    /// When the last step with tokens of the prompt had been computed; nil before the first.
    private var promptAt: ContinuousClock.Instant?
    private(set) var timings = GenerationTimings(cachedTokens: 0)
    /// Whose computation this one waits for.
    var leader: Leader?
    /// Whether it was set aside until there is room in the cache.
    var isPreempted = false
    /// The tokens that its cache held when it was set aside, until it holds them again.
    private(set) var lost: [Int32] = []
    /// Where in the batch the part of its prompt begins that is computed in this step.
    var entry = 0
    /// How likely the tokens of its prompt were, as far as they are computed; empty unless somebody wants to know.
    var promptProbabilities: [LogProbabilities] = []
    /// Whether a part of its context was taken out to go on.
    var hasForgotten = false
    /// Whether a line has ended in what was generated.
    var hasNewLine = false

    /// Tokens generated so far.
    var generated: Int { timings.generatedTokens }

    /// Whether it waits for nothing: its reader, what another one computes, room.
    var canCompute: Bool { leader == nil && !isPreempted && !stream.isFull }

    /// Whether the next step can compute the token that was chosen last.
    var isGenerating: Bool { next != nil && lost.isEmpty && !isPreempted }

    /// Whether its prompt is being computed, for the first time.
    var isComputingPrompt: Bool { next == nil && lost.isEmpty }

    /// Tokens that are computed before those that are generated: what it lost, else the prompt.
    var tokensBeforeNext: Int { max(lost.count, next == nil ? request.prompt.count : 0) }

    /// Tokens that may be computed behind those; many where there is no limit.
    var growth: Int { request.maxTokens.map { max($0 - max(generated, 1), 0) } ?? Int(Int32.max) }

    init(_ queued: QueuedGeneration, age: UInt64, now: ContinuousClock.Instant) {
        request = queued.request
        stream = queued.stream
        self.age = age
        started = now
        // The draft model neither sees nor hears.
        speculates = queued.request.media.isEmpty
        dice = SplitMix64(seed: UInt64(queued.request.sampler.seed))
        matcher = StopMatcher(stops: queued.request.stops)
        indents = IndentMatcher(least: queued.request.indent)
    }

    /// The prompt begins behind what the cache holds of it.
    mutating func reused(_ count: Int) { timings.cachedTokens = count }

    /// Tokens of the prompt were computed.
    mutating func computedPrompt(_ count: Int, now: ContinuousClock.Instant) {
        promptAt = now
        timings.promptTokens += count
        timings.promptDuration = now - started
    }

    /// A token was chosen.
    mutating func chose(now: ContinuousClock.Instant) {
        // The first one belongs to the prompt: it costs no step of its own.
        if timings.generatedTokens == 0 {
            promptAt = now
            timings.promptDuration = now - started
        }
        timings.generatedTokens += 1
        // A clock may not see the time of the first one, and rates need some.
        timings.generationDuration = max(now - (promptAt ?? started), .microseconds(1))
    }

    /// Sets it aside.
    /// - Parameter cached: the tokens that its cache holds.
    mutating func preempt(behind cached: [Int32]) {
        // It may not even have got back what it lost before.
        if lost.count < cached.count { lost = cached }
        isPreempted = true
        proposal = []
        hasBegunSpeculating = false
        stream.release()
    }

    /// Its cache holds so many tokens again.
    mutating func recovered(_ count: Int) {
        if count >= lost.count { lost = [] }
    }

    /// So many proposed tokens are about to be checked.
    mutating func willCheck(_ count: Int) { timings.proposedTokens += count }

    /// A proposed token was right.
    mutating func wasRight() { timings.acceptedTokens += 1 }

    /// Whether something happens that has this probability.
    mutating func draws(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &dice) < probability }

    /// Whether these bytes of a token end the line that is the last one.
    func isOverTime(_ bytes: [UInt8]) -> Bool {
        guard let limit = request.timeLimit else { return false }
        return timings.generationDuration > limit && bytes.contains(0x0A)
    }

    /// How far the prompt is.
    func progress(cached: Int, now: ContinuousClock.Instant) -> PromptProgress {
        PromptProgress(
            total: request.prompt.count,
            processed: cached,
            elapsed: now - started,
            timings: timings,
            showsTimings: request.reportsTimings
        )
    }

    /// The account of a generation that ends now.
    func summary(_ reason: GenerationSummary.Reason, rest: [UInt8], slot: Int) -> GenerationSummary {
        var summary = GenerationSummary(
            reason: reason,
            rest: rest,
            slot: slot,
            promptTokens: request.prompt.count,
            timings: timings,
            hasForgotten: hasForgotten
        )
        summary.promptProbabilities = promptProbabilities
        return summary
    }
}

/// A generation that waits for a slot.
struct QueuedGeneration {
    let request: GenerationRequest
    let stream: GenerationStream
}
