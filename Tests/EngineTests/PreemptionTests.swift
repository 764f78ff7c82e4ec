// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

@Suite("Who gives up its room in a full cache, and who comes back")
struct PreemptionTests {
    private func claim(
        _ slot: Int,
        age: UInt64,
        held: Int,
        needed: Int? = nil,
        growth: Int = 1_000,
        isPaused: Bool = false
    ) -> Preemption.Claim {
        .init(
            slot: slot,
            age: age,
            isPreempted: held == 0,
            isPaused: isPaused,
            held: held,
            needed: needed ?? held,
            growth: growth
        )
    }

    @Test("the youngest leaves, but first of all who can't go on anyway; one alone doesn't")
    func victims() {
        let policy = Preemption(size: 100)
        #expect(policy.victim([], others: 0) == nil)
        #expect(policy.victim([claim(0, age: 3, held: 100)], others: 0) == nil)
        #expect(policy.victim([claim(0, age: 3, held: 60)], others: 40) == 0)
        #expect(policy.victim([claim(0, age: 3, held: 60), claim(1, age: 4, held: 0)], others: 0) == nil)
        #expect(policy.victim([claim(0, age: 4, held: 60), claim(1, age: 3, held: 40)], others: 0) == 0)
        let paused = claim(1, age: 3, held: 40, isPaused: true)
        #expect(policy.victim([claim(0, age: 4, held: 60), paused], others: 0) == 1)
    }

    @Test("who comes back needs room for some steps of everybody, unless less is enough, or nobody is there")
    func margins() {
        let policy = Preemption(size: 1_000)
        let older = claim(0, age: 1, held: 500)
        #expect(policy.next([older, claim(1, age: 2, held: 0, needed: 400)], others: 0) == .resume(1))
        #expect(policy.next([older, claim(1, age: 2, held: 0, needed: 401)], others: 0) == nil)
        #expect(policy.next([older, claim(1, age: 2, held: 0, needed: 400)], others: 1) == nil)
        #expect(policy.next([older, claim(1, age: 2, held: 0, needed: 440, growth: 3)], others: 0) == .resume(1))
        let ending = claim(0, age: 1, held: 500, growth: 5)
        #expect(policy.next([ending, claim(1, age: 2, held: 0, needed: 440)], others: 0) == .resume(1))
        #expect(policy.next([claim(1, age: 2, held: 0, needed: 999)], others: 0) == .resume(1))
        #expect(policy.next([claim(1, age: 2, held: 0, needed: 999)], others: 5) == nil)
        let prompt = claim(0, age: 1, held: 10, needed: 800)
        #expect(policy.next([prompt, claim(1, age: 2, held: 0, needed: 200)], others: 0) == nil)
    }

    @Test("nobody overtakes, but for those whose reader is behind")
    func order() {
        let policy = Preemption(size: 1_000)
        let older = claim(0, age: 1, held: 500)
        let large = claim(1, age: 2, held: 0, needed: 450)
        let small = claim(2, age: 3, held: 0, needed: 10)
        #expect(policy.next([older, large, small], others: 0) == nil)
        let paused = claim(1, age: 2, held: 0, needed: 450, isPaused: true)
        #expect(policy.next([older, paused, small], others: 0) == .resume(2))
        #expect(policy.next([older, paused], others: 0) == nil)
        // Those who hold the room can't go on, and somebody else can.
        let full = claim(0, age: 1, held: 995, isPaused: true)
        #expect(policy.next([full, small], others: 0) == .preempt(0))
        #expect(policy.next([full, paused], others: 0) == nil)
    }

    @Test("thousands of histories: everybody ends, the oldest always goes on, who comes back stays for a while")
    func histories() {
        var random = SeededGenerator(seed: 42)
        var preemptions = 0
        for _ in 0..<2_000 {
            var world = World(&random)
            world.run(&random)
            let (isDone, isSound) = (world.isDone, world.isSound)
            #expect(isDone && isSound, "\(world.size) cells")
            preemptions += world.preemptions
        }
        #expect(preemptions > 2_000)
    }
}

/// Generations that share a cache, step by step, without a model.
private struct World {
    private struct Work {
        let prompt: Int
        let tokens: Int
        let age: UInt64
        /// Whether its reader may fall behind.
        let isSlow: Bool
        var held = 0
        var computed = 0
        var isPreempted = false
        var isPaused = false
        /// Tokens that it computed since it came back.
        var sinceReturn = Int.max

        var total: Int { prompt + tokens }
        var isOver: Bool { computed == total }
        var needed: Int { max(computed, prompt) }
    }

    let size: Int
    private let policy: Preemption
    private var active: [Work] = []
    private var queue: [Work] = []
    private(set) var preemptions = 0
    private(set) var isSound = true

    var isDone: Bool { active.isEmpty && queue.isEmpty }

    init(_ random: inout SeededGenerator) {
        size = Int.random(in: 64...300, using: &random)
        policy = Preemption(size: size)
        for age in 0..<UInt64.random(in: 2...12, using: &random) {
            let prompt = Int.random(in: 1..<size, using: &random)
            let tokens = Int.random(in: 0...(size - prompt), using: &random)
            queue.append(
                Work(prompt: prompt, tokens: tokens, age: age, isSlow: UInt8.random(in: 0..<6, using: &random) == 0)
            )
        }
    }

    private var claims: [Preemption.Claim] {
        active.indices.map { index in
            let work = active[index]
            return .init(
                slot: index,
                age: work.age,
                isPreempted: work.isPreempted,
                isPaused: work.isPaused,
                held: work.held,
                needed: max(work.held, work.needed),
                growth: work.total - work.needed
            )
        }
    }

    private mutating func preempt(_ index: Int) {
        preemptions += 1
        // Worth the way there and back, unless it never had a token, or couldn't go on.
        if active[index].sinceReturn < 32, !active[index].isPaused, !active.contains(where: \.isSlow) {
            isSound = false
        }
        active[index].held = 0
        active[index].isPreempted = true
    }

    mutating func run(_ random: inout SeededGenerator) {
        var steps = 0
        while !isDone, steps < 20_000 {
            steps += 1
            for index in active.indices where active[index].isPaused {
                active[index].isPaused = UInt8.random(in: 0..<8, using: &random) > 0
            }
            while let action = policy.next(claims, others: 0) {
                switch action {
                case .preempt(let index): preempt(index)
                case .resume(let index):
                    active[index].isPreempted = false
                    active[index].sinceReturn = 0
                }
            }
            if !active.contains(where: { $0.isPreempted && !$0.isPaused }), active.count < 4, !queue.isEmpty {
                active.append(queue.removeFirst())
            }
            step(chunk: Int.random(in: 1...64, using: &random))
            active.removeAll { $0.isOver }
        }
    }

    private mutating func step(chunk: Int) {
        let oldest = active.filter { !$0.isPaused }.map(\.age).min()
        let before = active.first { $0.age == oldest }
        var shares: [Int: Int] = [:]
        for index in active.indices where !active[index].isPreempted && !active[index].isPaused {
            let work = active[index]
            // What was lost, or the prompt, in pieces; then one token after another.
            shares[index] = work.held < work.needed ? min(chunk, work.needed - work.held) : 1
        }
        while active.reduce(0, { $0 + $1.held }) + shares.values.reduce(0, +) > size {
            guard let victim = policy.victim(claims, others: 0) else {
                isSound = false
                return
            }
            preempt(victim)
            shares[victim] = nil
        }
        for (index, count) in shares {
            active[index].held += count
            let isNew = active[index].held > max(active[index].computed, active[index].prompt)
            active[index].isPaused = isNew && active[index].isSlow && active[index].held % 16 == 0
            active[index].computed = max(active[index].computed, active[index].held)
            if active[index].sinceReturn < .max { active[index].sinceReturn += count }
        }
        // Without slow readers the oldest has computed something in every step.
        guard let before, !active.contains(where: \.isSlow), let after = active.first(where: { $0.age == oldest })
        else {
            return
        }
        if after.held <= before.held { isSound = false }
    }
}
