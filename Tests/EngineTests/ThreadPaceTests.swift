// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

@Suite struct ThreadPaceTests {
    private let start = ContinuousClock.now

    /// Computes for so many seconds; gives steps, those that the best number would have done, and how often the number changed.
    private func run(
        _ pace: inout ThreadPace,
        _ machine: inout SimulatedCores,
        from time: inout Double,
        seconds: Double,
        tokens: Int = 1
    ) -> (share: Double, changes: Int) {
        let end = time + seconds
        let best = machine.expected(machine.best(limit: pace.limit), tokens: tokens)
        let began = time
        var steps = 0
        var changes = 0
        var last = pace.number
        while time < end {
            let threads = pace.threads(tokens: tokens)
            #expect((1...pace.limit).contains(threads))
            let took = machine.step(threads, tokens: tokens)
            time += took
            steps += 1
            pace.took(.seconds(took), tokens: tokens, threads: threads, at: start + .seconds(time))
            if pace.number != last { changes += 1 }
            last = pace.number
        }
        return (Double(steps) * best / (time - began), changes)
    }

    @Test("alone nothing is lost", arguments: [2, 3, 8], 0..<4)
    func alone(cores: Int, seed: Int) {
        for work in [0.0005, 0.01, 0.2] {
            var machine = SimulatedCores(cores: cores, seed: seed)
            machine.work = work
            var pace = ThreadPace(limit: cores)
            var time = 0.0
            let result = run(&pace, &machine, from: &time, seconds: work * 5000)
            #expect(result.share > 0.97, "\(work): \(result)")
            #expect(pace.number == cores)
        }
    }

    @Test("beside a stranger the best number is found soon", arguments: [2, 4, 8], 0..<3)
    func stranger(cores: Int, seed: Int) {
        for strangers in 1..<cores {
            var machine = SimulatedCores(cores: cores, strangers: strangers, seed: seed)
            var pace = ThreadPace(limit: cores)
            var time = 0.0
            _ = run(&pace, &machine, from: &time, seconds: 5)
            let result = run(&pace, &machine, from: &time, seconds: 20)
            #expect(result.share > 0.85, "\(strangers) strangers: \(result), \(pace.number)")
        }
    }

    @Test("a stranger that comes and goes is noticed both times", arguments: [2, 4, 8], 0..<3)
    func comesAndGoes(cores: Int, seed: Int) {
        var machine = SimulatedCores(cores: cores, seed: seed)
        var pace = ThreadPace(limit: cores)
        var time = 0.0
        for _ in 0..<4 {
            machine.strangers = 0
            _ = run(&pace, &machine, from: &time, seconds: 10)
            #expect(run(&pace, &machine, from: &time, seconds: 20).share > 0.9)
            #expect(pace.number == cores)
            machine.strangers = 1
            _ = run(&pace, &machine, from: &time, seconds: 3)
            let result = run(&pace, &machine, from: &time, seconds: 20)
            #expect(result.share > 0.85, "\(result)")
            #expect(result.changes <= 6, "\(result)")
            #expect(pace.number < cores)
        }
    }

    @Test("long prompts, where a step is seconds, lose little alone")
    func prompts() {
        var machine = SimulatedCores(cores: 4)
        var pace = ThreadPace(limit: 4)
        var time = 0.0
        let result = run(&pace, &machine, from: &time, seconds: 600, tokens: 512)
        #expect(result.share > 0.97, "\(result)")
    }

    @Test("a limit holds at once, and what was found holds behind it")
    func limit() {
        var machine = SimulatedCores(cores: 4, strangers: 1)
        var pace = ThreadPace(limit: 4)
        var time = 0.0
        _ = run(&pace, &machine, from: &time, seconds: 5)
        #expect(pace.number == 3)
        pace.setLimit(2)
        #expect(pace.threads(tokens: 1) == 2)
        pace.setLimit(4)
        #expect(pace.threads(tokens: 1) == 3)
        pace.setLimit(0)
        #expect(pace.threads(tokens: 1) == 1)
        pace.took(.seconds(1), tokens: 1, threads: 1, at: start)
        #expect(pace.threads(tokens: 1) == 1)
    }

    @Test("a short prompt between answers has the answers' threads, a long one or a row of them all")
    func shortPrompts() {
        var machine = SimulatedCores(cores: 2, strangers: 1)
        machine.work = 0.001
        var threads = StepThreads(most: ThreadCounts(single: 2, several: 2))
        var time = 0.0
        for _ in 0..<2000 {
            let counts = threads.counts(tokens: 1)
            let took = machine.step(counts.single)
            time += took
            threads.took(.seconds(took), tokens: 1, counts: counts, at: start + .seconds(time))
        }
        #expect(threads.counts(tokens: 10) == ThreadCounts(single: 1, several: 1))
        #expect(threads.counts(tokens: 1000) == ThreadCounts(single: 1, several: 2))
        threads.took(.seconds(0.01), tokens: 10, counts: threads.counts(tokens: 10), at: start + .seconds(time))
        #expect(threads.counts(tokens: 10).several == 2)
    }

    @Test("random histories never leave the limits", arguments: 0..<100)
    func walk(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var threads = StepThreads(most: ThreadCounts(single: 8, several: 4))
        var time = 0.0
        for _ in 0..<500 {
            if Int.random(in: 0..<20, using: &random) == 0 {
                let limit = ThreadCounts(
                    single: Int.random(in: 1...12, using: &random),
                    several: Int.random(in: 1...12, using: &random)
                )
                threads.setLimit(Bool.random(using: &random) ? limit : nil)
            }
            let tokens = [1, 1, 1, 2, 5, 40, 512].randomElement(using: &random) ?? 1
            let counts = threads.counts(tokens: tokens)
            #expect((1...threads.limit.single).contains(counts.single))
            #expect((1...threads.limit.several).contains(counts.several))
            #expect(threads.limit.single <= 8 && threads.limit.several <= 4)
            let took = Double.random(in: 0.0001...0.1, using: &random)
            time += took + (Int.random(in: 0..<30, using: &random) == 0 ? 10 : 0)
            threads.took(.seconds(took), tokens: tokens, counts: counts, at: start + .seconds(time))
        }
    }
}
