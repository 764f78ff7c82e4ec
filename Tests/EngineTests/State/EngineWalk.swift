// SPDX-License-Identifier: MIT

import Engine
import TestKit

/// One random history of an engine, determined by its seed.
struct EngineWalk: ~Copyable {
    private(set) var world: EngineWorld
    let rules: EngineRules
    private var random: SeededGenerator
    /// Beginnings that prompts have in common.
    private var roots: [[Int32]] = []
    private let identities = (0..<2).map { MediaIdentity(id: -1 - $0, key: "\($0)") }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        rules = Self.rules(&random)
        world = EngineWorld(rules, failures: Int.random(in: 0..<8, using: &random) == 0 ? 3 : 0, seed: seed)
        // A beginning in common counts for what forgets only where it is more than half of a context.
        let shortest = rules.forgets && rules.sizePerSequence < 140 ? 55 : 34
        for _ in 0..<3 { roots.append(tokens(Int.random(in: shortest...70, using: &random))) }
    }

    private static func rules(_ random: inout SeededGenerator) -> EngineRules {
        let isUnified = Int.random(in: 0..<4, using: &random) > 0
        let size = Int.random(in: 90...240, using: &random)
        let slots = Int.random(in: 1...4, using: &random)
        // One buffer may have room for more than a sequence may be long.
        let sequences = isUnified ? [1, 1, 1, 2].randomElement(using: &random) ?? 1 : slots
        var rules = EngineRules(size: size * sequences, sizePerSequence: size)
        rules.isUnified = isUnified
        rules.slots = slots
        switch Int.random(in: 0..<5, using: &random) {
        case 0: rules.kind = .any
        case 1, 2: rules.kind = .window(Int.random(in: 2...24, using: &random))
        case 3: rules.kind = .whole
        default: rules.kind = .rollback(Int.random(in: 1...4, using: &random))
        }
        rules.batch = Int.random(in: 4...64, using: &random)
        rules.microBatch = Int.random(in: 2...rules.batch, using: &random)
        if case .window = rules.kind, !isUnified { rules.cutsSteps = true }
        rules.canShift = rules.kind == .any && Bool.random(using: &random)
        rules.forgets = rules.canShift && Bool.random(using: &random)
        rules.cacheReuse = rules.canShift ? [0, 0, 3].randomElement(using: &random) ?? 0 : 0
        rules.similarity = [0.1, 0.5, 0].randomElement(using: &random) ?? 0.1
        rules.stateBytes = [0, 2_000, 6_000, 100_000].randomElement(using: &random) ?? 0
        rules.checkpoints = CheckpointPlan(
            limit: Int.random(in: 0...5, using: &random),
            step: Int.random(in: 1...60, using: &random)
        )
        rules.storesIdle = isUnified && rules.stateBytes > 0 && Bool.random(using: &random)
        if Int.random(in: 0..<3, using: &random) == 0 {
            rules.shelf = ShelfRules(
                isMemory: Bool.random(using: &random),
                bytes: [3_000, 200_000].randomElement(using: &random) ?? 0,
                delay: .milliseconds(500)
            )
        }
        rules.parkedLimit = Int.random(in: 0...3, using: &random)
        rules.adapters = Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0
        if Int.random(in: 0..<3, using: &random) == 0 {
            rules.proposals = .init(limit: Int.random(in: 1...6, using: &random))
            if rules.kind == .any, Bool.random(using: &random) {
                rules.proposals?.draft = (EngineWorld.vocabulary, Bool.random(using: &random) ? .any : .window(6))
                rules.storesIdle = false
            }
        }
        return rules
    }

    /// Mostly short histories in which much comes at once: they find more in the same time than long ones, in which most turns only
    /// go on. Some faults need the long ones: of sixteen histories one has thirty turns, seven up to ten, and eight at most three.
    mutating func run() {
        let size = Int.random(in: 0..<16, using: &random)
        let isLong = size == 0
        let turns =
            isLong ? 30 : size < 8 ? Int.random(in: 2...10, using: &random) : Int.random(in: 1...3, using: &random)
        for _ in 0..<turns where world.violations.isEmpty {
            for _ in 0..<Int.random(in: 0..<(isLong ? 4 : 8), using: &random) { event() }
            world.run()
        }
        settle()
        guard rules.shelf != nil, isLong || Bool.random(using: &random) else { return }
        // What was kept is of use to the next engine.
        world.pass(.seconds(5))
        for _ in 0..<4 { world.run() }
        world.restart()
        for _ in 0..<3 where world.violations.isEmpty {
            for _ in 0..<4 { event() }
            world.run()
        }
        settle()
    }

    /// All readers read and no more comes: everything ends.
    private mutating func settle() {
        world.readAll()
        for _ in 0..<3_000 where world.violations.isEmpty && !(world.running.isEmpty && world.job == nil) {
            world.run()
        }
    }

    private mutating func event() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: if world.running.count < 8 { world.arrive(order()) }
        case 45..<50: if let id = world.running.randomElement(using: &random) { world.cancel(id) }
        case 50..<56: if let id = world.running.randomElement(using: &random) { world.fallBehind(id) }
        case 56..<64: world.readAll()
        case 64..<74: ask()
        case 74..<78:
            if rules.proposals == nil {
                world.embed(
                    (0..<Int.random(in: 1...3, using: &random)).map { _ in
                        tokens(Int.random(in: 1...rules.batch * 2, using: &random))
                    }
                )
            }
        case 78..<79: world.giveUpTexts()
        case 95: world.limitStates([0, 1_000, 3_000, 200_000].randomElement(using: &random) ?? 0)
        default: world.pass(.milliseconds(.random(in: 0...3_000, using: &random)))
        }
    }

    private mutating func ask() {
        let slot = Int.random(in: 0..<rules.slots, using: &random)
        let path = ["a", "b"].randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<5, using: &random) {
        case 0: world.ask(.erase, of: slot)
        case 1, 2: world.ask(.restore(path: path), of: slot)
        default: world.ask(.save(path: path), of: slot)
        }
    }

    private mutating func tokens(_ count: Int) -> [Int32] {
        (0..<count).map { _ in Int32.random(in: 0..<EngineWorld.vocabulary, using: &random) }
    }

    /// A prompt that begins like another one, more often than not.
    private mutating func prompt() -> [Int32] {
        var past: [Int32] = []
        if let client = world.clients.randomElement(using: &random), client.order.media.isEmpty { past = client.tokens }
        var prompt: [Int32] = []
        switch Int.random(in: 0..<6, using: &random) {
        case 0: break
        case 1, 2: prompt = roots.randomElement(using: &random) ?? []
        // Another turn of a conversation, or an edit of it.
        case 3: prompt = past
        default: prompt = Array(past.prefix(Int.random(in: 0...past.count, using: &random)))
        }
        prompt += tokens(Int.random(in: 0...24, using: &random))
        let most = Int.random(in: 1...(rules.sizePerSequence - 2), using: &random)
        prompt = Array(prompt.prefix(max(most, min(80, rules.sizePerSequence - 2))))
        return prompt.isEmpty ? tokens(1) : prompt
    }

    private mutating func order() -> GenerationOrder {
        var order = GenerationOrder(prompt: prompt())
        if rules.proposals == nil, order.prompt.count > 8, Int.random(in: 0..<8, using: &random) == 0 {
            addMedia(&order)
        }
        let count = order.prompt.count
        order.messages.users = (0..<3).map { _ in Int.random(in: 0..<count, using: &random) }.sorted()
        if Bool.random(using: &random) {
            order.messages.answer = max(0, count - Int.random(in: 1...14, using: &random))
        }
        order.maxTokens = [nil, 0, 1, 2, 3, 5, 8, 20].randomElement(using: &random) ?? nil
        // What forgets has to come to its context's end.
        if rules.forgets, Bool.random(using: &random) { order.maxTokens = nil }
        order.usesCache = Int.random(in: 0..<12, using: &random) > 0
        if Int.random(in: 0..<8, using: &random) == 0 { order.slot = Int.random(in: 0..<rules.slots, using: &random) }
        order.keep = [0, nil, 5].randomElement(using: &random) ?? 0
        order.discard = [0, 3].randomElement(using: &random) ?? 0
        order.reportsProgress = Bool.random(using: &random)
        order.seed = UInt32.random(in: 0...9, using: &random)
        if rules.adapters > 0, Bool.random(using: &random) {
            var start = Bool.random(using: &random) ? 0 : Int.random(in: 0...count, using: &random)
            // The words that an adapter waits for don't stand in a medium.
            if order.prompt.indices.contains(start), order.prompt[start] < 0 { start = order.media[0].start }
            order.adapters = AdapterUse([Bool.random(using: &random) ? 1 : 0.5], from: start)
        }
        return order
    }

    private mutating func addMedia(_ order: inout GenerationOrder) {
        let start = Int.random(in: 0..<(order.prompt.count - 5), using: &random)
        let size = Int.random(in: 1...5, using: &random)
        guard let identity = identities.randomElement(using: &random) else { return }
        let positions = Bool.random(using: &random) ? size : max(1, size / 2)
        order.media = [.init(start: start, tokens: size, positions: positions, identity: identity)]
        for index in start..<(start + size) { order.prompt[index] = identity.id }
    }
}
