// SPDX-License-Identifier: MIT

import Wire

/// A generation that has got a slot. Its phase says what it does there.
package struct Generation: Sendable {
    /// A generation whose prompt begins alike and is being computed.
    package struct Leader: Sendable, Equatable {
        package let slot: Int
        package let age: UInt64
        /// Tokens that both prompts begin with.
        package let length: Int
    }

    package enum Phase: Sendable {
        /// It waits for what the leader computes.
        case waiting(Leader)
        /// Its prompt is being computed, for the first time.
        case prompting
        /// What it lost is being computed again. `next` was chosen before it was set aside; nil if that was within the prompt.
        case recovering(lost: [Int32], next: Int32?)
        /// `next` was chosen last, and is computed next.
        case generating(next: Int32)
        /// It has no cells until there is room. `lost` is what they held.
        case setAside(lost: [Int32], next: Int32?)
    }

    /// The number by which the shell knows it.
    package let id: UInt64
    private var sharedOrder: Shared<GenerationOrder>
    /// The order in which generations got their slots.
    package let age: UInt64
    package internal(set) var phase = Phase.prompting
    /// For how long its reader has been behind, as of the last turn; nil for one that reads.
    package internal(set) var behind: Duration?
    /// Lengths of the prompt at which checkpoints are taken, ascending.
    let places: [Int]
    /// When it got its slot, since the engine began.
    let started: Duration
    var matcher: StopMatcher
    var indents: IndentMatcher
    /// Tokens behind `next` that may follow it, to be computed and checked in one step.
    package internal(set) var proposal: [Int32] = []
    /// Whether tokens are proposed for it.
    var speculates: Bool
    /// Whether what proposes knows what stands behind it.
    var hasBegunSpeculating = false
    /// Decides where proposals are accepted by chance.
    private var dice: SplitMix64
    /// When the last step with tokens of the prompt had been computed; nil before the first.
    private var promptAt: Duration?
    package private(set) var timings = GenerationTimings(cachedTokens: 0)
    /// How likely the tokens of its prompt were, as far as they are computed; empty unless that is asked for.
    var promptProbabilities: [LogProbabilities] = []
    /// Whether a part of its context was taken out to go on.
    var hasForgotten = false
    /// Whether a line has ended in what was generated.
    var hasNewLine = false

    init(_ queued: QueuedGeneration, age: UInt64, places: [Int], now: Duration) {
        id = queued.id
        sharedOrder = queued.sharedOrder
        self.age = age
        self.places = places
        started = now
        // The draft model neither sees nor hears.
        speculates = queued.order.media.isEmpty
        dice = SplitMix64(seed: UInt64(queued.order.seed))
        matcher = StopMatcher(stops: queued.order.stops)
        indents = IndentMatcher(least: queued.order.indent)
    }

    package internal(set) var order: GenerationOrder {
        _read { yield sharedOrder.value }
        _modify { yield &sharedOrder.value }
    }

    // MARK: Phases

    package var leader: Leader? { if case .waiting(let leader) = phase { leader } else { nil } }

    package var isSetAside: Bool { if case .setAside = phase { true } else { false } }

    package var isPrompting: Bool { if case .prompting = phase { true } else { false } }

    /// The token that the next step computes.
    package var next: Int32? { if case .generating(let next) = phase { next } else { nil } }

    /// Whether a token was chosen already.
    var hasChosen: Bool {
        switch phase {
        case .waiting, .prompting: false
        case .generating: true
        case .recovering(_, let next), .setAside(_, let next): next != nil
        }
    }

    /// Whether it waits for nothing: its reader, what another one computes, room.
    var canCompute: Bool {
        switch phase {
        case .waiting, .setAside: false
        case .prompting, .recovering, .generating: behind == nil
        }
    }

    /// The tokens that are computed before those that are generated: what it lost, else the prompt; nil once they are there.
    var target: [Int32]? {
        switch phase {
        case .waiting, .prompting: order.prompt
        case .recovering(let lost, _), .setAside(let lost, _): lost
        case .generating: nil
        }
    }

    /// Tokens that its cache holds before it generates the next one.
    var tokensBeforeNext: Int { max(target?.count ?? 0, hasChosen ? 0 : order.prompt.count) }

    /// Tokens that may be computed behind those; many where there is no limit.
    var growth: Int { order.maxTokens.map { max($0 - max(generated, 1), 0) } ?? Int(Int32.max) }

    /// Sets it aside.
    /// - Parameter cached: the tokens that its cache holds.
    mutating func setAside(behind cached: [Int32]) {
        switch phase {
        case .waiting, .prompting: phase = .setAside(lost: cached, next: nil)
        // It may not even have got back what it lost before.
        case .recovering(let lost, let next), .setAside(let lost, let next):
            phase = .setAside(lost: lost.count < cached.count ? cached : lost, next: next)
        case .generating(let next): phase = .setAside(lost: cached, next: next)
        }
        proposal = []
        hasBegunSpeculating = false
    }

    /// Its cache goes back to before the last step; these tokens it should hold.
    mutating func retreat(behind cached: [Int32]) {
        guard case .generating(let next) = phase else { return }
        phase = .recovering(lost: cached, next: next)
    }

    /// There is room for it again.
    mutating func resume() {
        guard case .setAside(let lost, let next) = phase else { return }
        phase = .recovering(lost: lost, next: next)
    }

    /// Its cache holds so many tokens again.
    mutating func recovered(_ count: Int) {
        guard case .recovering(let lost, let next) = phase, count >= lost.count else { return }
        phase = next.map { .generating(next: $0) } ?? .prompting
    }

    // MARK: Account

    /// Tokens generated so far.
    var generated: Int { timings.generatedTokens }

    /// The prompt begins behind what the cache holds of it.
    mutating func reused(_ count: Int) { timings.cachedTokens = count }

    /// Tokens of the prompt were computed.
    mutating func computedPrompt(_ count: Int, now: Duration) {
        promptAt = now
        timings.promptTokens += count
        timings.promptDuration = now - started
    }

    /// A token was chosen.
    mutating func chose(now: Duration) {
        // The first one belongs to the prompt: it costs no step of its own.
        if timings.generatedTokens == 0 {
            promptAt = now
            timings.promptDuration = now - started
        }
        timings.generatedTokens += 1
        // A clock may not see the time of the first one, and rates need some.
        timings.generationDuration = max(now - (promptAt ?? started), .microseconds(1))
    }

    /// A token was chosen that doesn't end it.
    /// - Returns: what its reader gets, and whether that is the last.
    mutating func take(_ choice: ChosenToken) -> (token: GeneratedToken, isLast: Bool) {
        phase = .generating(next: choice.token)
        var text = matcher.append(choice.bytes)
        let whole = indents.append(text)
        if indents.hasMatched { text = Array(text[..<whole]) }
        if !hasNewLine { hasNewLine = choice.bytes.contains(0x0A) }
        let token = GeneratedToken(
            id: choice.token,
            text: text,
            logProbabilities: choice.probabilities,
            timings: order.reportsTimings ? timings : nil
        )
        return (token, isOverTime(choice.bytes) || indents.hasMatched)
    }

    /// So many proposed tokens are about to be checked.
    mutating func willCheck(_ count: Int) { timings.proposedTokens += count }

    /// A proposed token was right.
    mutating func wasRight() { timings.acceptedTokens += 1 }

    /// Whether something happens that has this probability.
    mutating func draws(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &dice) < probability }

    /// Whether these bytes of a token end the line that is the last one.
    func isOverTime(_ bytes: [UInt8]) -> Bool {
        guard let limit = order.timeLimit else { return false }
        return timings.generationDuration > limit && bytes.contains(0x0A)
    }

    /// How far the prompt is.
    func progress(cached: Int, now: Duration) -> PromptProgress {
        PromptProgress(
            total: order.prompt.count,
            processed: cached,
            elapsed: now - started,
            timings: timings,
            showsTimings: order.reportsTimings
        )
    }

    /// The account of a generation that ends now.
    func summary(_ reason: GenerationSummary.Reason, rest: [UInt8], slot: Int) -> GenerationSummary {
        var summary = GenerationSummary(
            reason: reason,
            rest: rest,
            slot: slot,
            promptTokens: order.prompt.count,
            timings: timings,
            hasForgotten: hasForgotten
        )
        summary.promptProbabilities = promptProbabilities
        return summary
    }
}

/// A generation that waits for a slot.
package struct QueuedGeneration: Sendable {
    /// Its number, used once.
    package let id: UInt64
    let sharedOrder: Shared<GenerationOrder>

    package init(id: UInt64, _ order: GenerationOrder) {
        self.id = id
        sharedOrder = Shared(order)
    }

    package var order: GenerationOrder { _read { yield sharedOrder.value } }
}
