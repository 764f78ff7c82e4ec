// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("Where a prompt's checkpoints are taken")
struct CheckpointPlanTests {
    private let plan = CheckpointPlan(limit: 32, step: 100)

    @Test("the first and the last message, those far apart between, and just before the end")
    func messages() {
        let places = plan.places(.init(users: [50, 90, 200, 240, 400]), count: 500)
        #expect(places == [50, 200, 400, 496])
    }

    @Test("a short beginning of the answer is the last place")
    func shortAnswer() {
        #expect(plan.places(.init(users: [50], answer: 495), count: 500) == [50, 495])
        #expect(plan.places(.init(users: [50], answer: 492), count: 500) == [50, 492])
        // One that is shorter still: there is nothing to gain by a smaller step.
        #expect(plan.places(.init(users: [50], answer: 498), count: 500) == [50, 496])
    }

    @Test("behind a long one the same prompt again has a place of its own")
    func longAnswer() {
        #expect(plan.places(.init(users: [50], answer: 490), count: 500) == [50, 490, 496])
        #expect(plan.places(.init(users: [50], answer: 440), count: 500) == [50, 440, 496])
        // What lies close to the last message is that.
        #expect(plan.places(.init(users: [50, 484], answer: 488), count: 500) == [50, 484, 496])
    }

    @Test("nothing at the very beginning, nothing where none are wanted")
    func nothing() {
        #expect(plan.places(.init(users: [0, 2], answer: 3), count: 7) == [])
        #expect(CheckpointPlan(limit: 0, step: 1).places(.init(users: [50]), count: 500) == [])
    }
}
