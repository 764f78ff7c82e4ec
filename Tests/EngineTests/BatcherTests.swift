// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

@Suite("Dividing a step")
struct BatcherTests {
    private typealias Share = Batcher.Share

    @Test("nobody wants anything")
    func empty() {
        #expect(Batcher(batch: 8, microBatch: 4).plan([nil, nil]).isEmpty)
    }

    @Test("a prompt alone gets the whole step")
    func promptAlone() {
        let plan = Batcher(batch: 2048, microBatch: 512).plan([nil, .prompt(remaining: 5_000, age: 1)])
        #expect(plan == [Share(slot: 1, count: 2048)])
    }

    @Test("beside a generation, a prompt gets what a micro-batch leaves")
    func promptBesideGeneration() {
        let plan = Batcher(batch: 2048, microBatch: 512)
            .plan([.generate(), .prompt(remaining: 5_000, age: 1), .generate()])
        #expect(plan == [Share(slot: 0, count: 1), Share(slot: 2, count: 1), Share(slot: 1, count: 510)])
    }

    @Test("the older prompt goes first")
    func oldestFirst() {
        let plan = Batcher(batch: 10, microBatch: 10)
            .plan([.prompt(remaining: 8, age: 7), .prompt(remaining: 8, age: 3)])
        #expect(plan == [Share(slot: 1, count: 8), Share(slot: 0, count: 2)])
    }

    @Test("more generations than a micro-batch holds still leave a token for a prompt")
    func promptNeverStarves() {
        let needs: [Batcher.Need?] = Array(repeating: .generate(), count: 6) + [.prompt(remaining: 3, age: 1)]
        let plan = Batcher(batch: 16, microBatch: 4).plan(needs)
        #expect(plan.last == Share(slot: 6, count: 1))
    }

    @Test("thousands of random steps: everybody who generates gets one token, nobody more than he asked for")
    func randomSteps() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<10_000 {
            let batch = Int.random(in: 1...64, using: &random)
            let batcher = Batcher(batch: batch, microBatch: Int.random(in: 1...batch, using: &random))
            let needs = (0..<Int.random(in: 0...12, using: &random)).map { slot -> Batcher.Need? in
                switch Int.random(in: 0..<3, using: &random) {
                case 0: nil
                case 1: .generate(proposed: Int.random(in: 0...9, using: &random))
                default: .prompt(remaining: Int.random(in: 1...100, using: &random), age: UInt64(slot))
                }
            }
            let plan = batcher.plan(needs)
            #expect(plan.reduce(0) { $0 + $1.count } <= batch)
            #expect(Set(plan.map(\.slot)).count == plan.count)
            #expect(plan.isEmpty == needs.allSatisfy { $0 == nil })
            for share in plan {
                switch needs[share.slot] {
                case .generate(let proposed): #expect((1...(1 + proposed)).contains(share.count))
                case .prompt(let remaining, _): #expect((1...remaining).contains(share.count))
                case nil: Issue.record("slot \(share.slot) wanted nothing")
                }
            }
            let generating = needs.indices.filter { if case .generate = needs[$0] { true } else { false } }
            #expect(plan.count { generating.contains($0.slot) } == min(generating.count, batch))
            let limit = min(batch, max(batcher.microBatch, generating.count + 1))
            if !generating.isEmpty { #expect(plan.reduce(0) { $0 + $1.count } <= limit) }
        }
    }

    @Test("proposed tokens are computed together with the one before them")
    func proposals() {
        let plan = Batcher(batch: 64, microBatch: 16).plan([.generate(proposed: 4), .generate()])
        #expect(plan == [Share(slot: 0, count: 5), Share(slot: 1, count: 1)])
    }

    @Test("proposals share what a micro-batch has, and leave half of it to prompts")
    func proposalsShare() {
        let batcher = Batcher(batch: 64, microBatch: 16)
        let wishes: [Batcher.Need?] = [.generate(proposed: 60), .generate(proposed: 2), .generate(proposed: 60)]
        #expect(
            batcher.plan(wishes) == [Share(slot: 0, count: 5), Share(slot: 1, count: 3), Share(slot: 2, count: 8)]
        )
        let plan = batcher.plan(wishes + [.prompt(remaining: 99, age: 1)])
        #expect(plan.reduce(0) { $0 + $1.count } == 16)
        #expect(plan.last == Share(slot: 3, count: 7))
    }

    @Test("without room, nothing is proposed")
    func noRoomForProposals() {
        let plan = Batcher(batch: 2, microBatch: 2).plan([.generate(proposed: 3), .generate(proposed: 3)])
        #expect(plan == [Share(slot: 0, count: 1), Share(slot: 1, count: 1)])
    }
}
