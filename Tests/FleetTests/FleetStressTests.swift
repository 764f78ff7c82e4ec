// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Logging
import Synchronization
import TestKit
import Testing
import Wire

/// The shell under real threads: every request is answered exactly once, and nothing is stopped while it serves.
@Suite(.timeLimit(.minutes(5))) struct FleetStressTests {
    /// What the tasks of a test share.
    private final class Tally: Sendable {
        let granted = Atomic(0)
        let cancelled = Atomic(0)
        let surprises = Mutex<[String]>([])
        let isOver = Atomic(false)
    }

    @Test func manyThreadsAtOnce() async {
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/s") })
        var settings = FleetSettings()
        settings.modelsMax = 2
        settings.requestsPerWorker = 4
        // Busy models drain as soon as somebody waits, and drains are called off by those who cancel.
        settings.modelsQuantum = .zero
        let names = (0..<5).map { "m\($0)" }
        let fleet = Fleet(
            catalogue: Catalogue(entries: names.map { .example($0) }),
            settings: settings,
            launcher: launcher,
            clock: ContinuousClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let tally = Tally()
        await withTaskGroup { group in
            for seed in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(seed))
                    for _ in 0..<1_500 {
                        let box = LeaseBox()
                        let name = names[Int.random(in: 0..<names.count, using: &random)]
                        let ticket = fleet.lease(name, completion: box.completion)
                        if Int.random(in: 0..<10, using: &random) == 0, let ticket { fleet.cancel(ticket) }
                        switch await box.answer.wait() {
                        case .success(let lease):
                            tally.granted.add(1, ordering: .relaxed)
                            if lease.model != name { tally.surprises.withLock { $0.append("\(name): \(lease.model)") } }
                            if Bool.random(using: &random) { await Task.yield() }
                            lease.end()
                        case .failure(let error) where error.code == .cancelled:
                            tally.cancelled.add(1, ordering: .relaxed)
                        case .failure(let error):
                            tally.surprises.withLock { $0.append(error.message) }
                        }
                        if box.answerCount != 1 {
                            tally.surprises.withLock { $0.append("answered \(box.answerCount) times") }
                        }
                    }
                }
            }
        }
        #expect(tally.surprises.withLock { $0 } == [])
        #expect(tally.granted.load(ordering: .relaxed) + tally.cancelled.load(ordering: .relaxed) == 12_000)
        await fleet.shutdown(grace: .zero)
        #expect(fleet.models().allSatisfy { $0.word == .unloaded && $0.inFlight == 0 && $0.waiting == 0 })
    }

    @Test func crashesAndUnloadsInTheMiddle() async {
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/s") })
        var settings = FleetSettings()
        settings.modelsMax = 1
        let fleet = Fleet(
            catalogue: Catalogue(entries: [.example("a"), .example("b")]),
            settings: settings,
            launcher: launcher,
            clock: ContinuousClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let tally = Tally()
        await withTaskGroup { group in
            group.addTask {
                var random = SeededGenerator(seed: 99)
                while !tally.isOver.load(ordering: .relaxed) {
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: launcher.workers.last?.exit(.signaled(9))
                    case 1: try? fleet.unload("a")
                    case 2: try? fleet.load("b")
                    default: _ = fleet.models()
                    }
                    await Task.yield()
                }
            }
            await withTaskGroup { clients in
                for seed in 0..<4 {
                    clients.addTask {
                        var random = SeededGenerator(seed: UInt64(seed))
                        for _ in 0..<1_000 {
                            let box = LeaseBox()
                            _ = fleet.lease(Bool.random(using: &random) ? "a" : "b", completion: box.completion)
                            if case .success(let lease) = await box.answer.wait() { lease.end() }
                            #expect(box.answerCount == 1)
                        }
                    }
                }
            }
            tally.isOver.store(true, ordering: .relaxed)
        }
        await fleet.shutdown(grace: .zero)
        #expect(fleet.models().allSatisfy { $0.worker == nil })
    }
}
