// SPDX-License-Identifier: MIT

import Fleet
import TestKit
import Testing
import Wire

@Suite struct CoreDivisionTests {
    private typealias Bounds = CoreDivision.Bounds
    private typealias Share = CoreDivision.Share

    private func worker(_ number: UInt64) -> WorkerID { WorkerID(number) }

    @Test("one alone has all, or what its user set")
    func alone() {
        #expect(CoreDivision.shares(of: [Bounds()], cores: 6) == [Share(generating: 6, prompt: 6)])
        #expect(
            CoreDivision.shares(of: [Bounds(generating: 8, prompt: 2)], cores: 6) == [Share(generating: 8, prompt: 2)]
        )
        #expect(CoreDivision.shares(of: [Bounds(liesOnDevice: true)], cores: 6) == [Share(generating: 6, prompt: 6)])
    }

    @Test(
        "several have even parts, and what one can't use goes to the others",
        arguments: [
            ([nil, nil], 2, [1, 1]), ([nil, nil], 5, [3, 2]), ([nil, nil, nil], 2, [1, 1, 1]),
            ([2, nil, nil], 9, [2, 4, 3]),
            ([1, 1], 8, [1, 1]), ([nil, 1, nil], 4, [2, 1, 1]), ([20, 20], 8, [4, 4]),
        ] as [([Int?], Int, [Int])]
    )
    func several(bounds: [Int?], cores: Int, shares: [Int]) {
        let bounds = bounds.map { Bounds(generating: $0, prompt: $0) }
        #expect(CoreDivision.shares(of: bounds, cores: cores) == shares.map { Share(generating: $0, prompt: $0) })
    }

    @Test("a model on a device leaves its neighbours all cores but one")
    func device() {
        let shares = CoreDivision.shares(of: [Bounds(liesOnDevice: true), Bounds()], cores: 8)
        #expect(shares.map(\.generating) == [1, 7])
    }

    @Test("generating and prompts are divided apart")
    func apart() {
        let shares = CoreDivision.shares(of: [Bounds(generating: 1, prompt: 8), Bounds()], cores: 4)
        #expect(shares == [Share(generating: 1, prompt: 2), Share(generating: 3, prompt: 2)])
    }

    @Test("options are bounds")
    func options() throws {
        let both = try OptionParser.parse(["-t", "3", "-tb", "5"], environment: [:], audience: .worker).values
        #expect(Bounds(both) == Bounds(generating: 3, prompt: 5))
        let one = try OptionParser.parse(["-t", "3"], environment: [:], audience: .worker).values
        #expect(Bounds(one) == Bounds(generating: 3, prompt: 3))
        let none = try OptionParser.parse(["-t", "-1"], environment: [:], audience: .worker).values
        #expect(Bounds(none) == Bounds())
    }

    @Test("a worker that pauses between two turns changes nothing for its neighbour")
    func pause() {
        var division = CoreDivision(cores: 4)
        division.begin(worker(1), Bounds(), now: .zero)
        #expect(division.takeChanges().isEmpty)
        division.begin(worker(2), Bounds(), now: .zero)
        #expect(division.takeChanges().map(\.share.generating) == [2, 2])
        for turn in 1...20 {
            let now = Duration.milliseconds(turn * 700)
            division.end(worker(2), now: now)
            #expect(division.takeChanges().isEmpty)
            #expect(division.deadline == now + CoreDivision.pause)
            division.begin(worker(2), Bounds(), now: now + .milliseconds(600))
            #expect(division.takeChanges().isEmpty)
        }
        division.end(worker(2), now: .seconds(20))
        division.settle(now: .seconds(21))
        let changes = division.takeChanges()
        #expect(changes.map(\.worker) == [worker(1)])
        #expect(changes.map(\.share.generating) == [4])
        #expect(division.deadline == nil)
    }

    @Test("a worker that is gone gives its cores back at once")
    func gone() {
        var division = CoreDivision(cores: 4)
        division.begin(worker(1), Bounds(), now: .zero)
        division.begin(worker(2), Bounds(), now: .zero)
        _ = division.takeChanges()
        division.remove(worker(1))
        #expect(division.takeChanges().map(\.worker) == [worker(2)])
        #expect(division.share(of: worker(2))?.prompt == 4)
    }

    @Test("nothing is divided where the cores aren't known")
    func unknown() {
        var division = CoreDivision(cores: nil)
        for number in 1...3 { division.begin(worker(UInt64(number)), Bounds(), now: .zero) }
        #expect(division.takeChanges().isEmpty)
        #expect(division.deadline == nil)
    }

    @Test("in every history shares fit, and nobody is told what it knows", arguments: 0..<300)
    func walk(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let cores = Int.random(in: 1...12, using: &random)
        var division = CoreDivision(cores: cores)
        let bounds = (1...6).map { _ in
            Bounds(
                generating: [nil, nil, 1, 3, 20].randomElement(using: &random) ?? nil,
                prompt: [nil, nil, 2, 20].randomElement(using: &random) ?? nil,
                liesOnDevice: Int.random(in: 0..<5, using: &random) == 0
            )
        }
        var running: [WorkerID: Int] = [:]
        var paused: [WorkerID: Duration] = [:]
        var told: [WorkerID: Share] = [:]
        var now = Duration.zero
        for _ in 0..<200 {
            let number = Int.random(in: 1...6, using: &random)
            let id = worker(UInt64(number))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                division.begin(id, bounds[number - 1], now: now)
                running[id, default: 0] += 1
                paused[id] = nil
            case 4..<8 where running[id, default: 0] > 0:
                division.end(id, now: now)
                running[id, default: 0] -= 1
                if running[id] == 0 { paused[id] = now + CoreDivision.pause }
            case 8 where running[id] != nil:
                division.remove(id)
                running[id] = nil
                paused[id] = nil
                told[id] = nil
            default:
                now += .milliseconds(Int.random(in: 0...900, using: &random))
                division.settle(now: now)
            }
            paused = paused.filter { $0.value > now }
            for change in division.takeChanges() {
                #expect(told[change.worker] != change.share, "told twice")
                told[change.worker] = change.share
            }
            let computing = Set(running.filter { $0.value > 0 }.keys).union(paused.keys)
            let shares = computing.compactMap { division.share(of: $0) }
            #expect(shares.count == computing.count)
            #expect(shares.allSatisfy { $0.generating >= 1 && $0.prompt >= 1 })
            if let only = computing.first, computing.count == 1 {
                let own = CoreDivision.shares(
                    of: [bounds[Int("\(only)".dropFirst()).map { $0 - 1 } ?? 0]],
                    cores: cores
                )
                #expect(shares == own)
            } else {
                let most = max(cores, computing.count)
                #expect(shares.reduce(0) { $0 + $1.generating } <= most)
                #expect(shares.reduce(0) { $0 + $1.prompt } <= most)
            }
        }
    }
}
