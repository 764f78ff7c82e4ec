// SPDX-License-Identifier: MIT

import TestKit
import Testing
import Worker

/// When a model sleeps and wakes, by a clock that the tests turn.
@Suite("A model's sleep")
struct ModelLifeTests {
    private func ready(sleepAfter: Duration? = .seconds(10)) -> ModelLife {
        var life = ModelLife(sleepAfter: sleepAfter)
        #expect(life.next(now: .zero) == .load)
        life.loaded(now: .seconds(1))
        return life
    }

    private func sleeping() -> ModelLife {
        var life = ready()
        #expect(life.next(now: .seconds(11)) == .free)
        life.freed()
        return life
    }

    @Test("requests are refused until the first load is done")
    func firstLoad() {
        var life = ModelLife(sleepAfter: nil)
        #expect(life.enter() == .refused(reason: nil))
        #expect(!life.isAsleep)
        life.loaded(now: .zero)
        #expect(life.enter() == .admitted)
    }

    @Test("a model that never sleeps rests for ever")
    func never() {
        var life = ready(sleepAfter: nil)
        #expect(life.next(now: .seconds(1_000_000)) == .rest)
    }

    @Test("it sleeps when it was idle for long enough, not a moment earlier")
    func idle() {
        var life = ready()
        #expect(life.next(now: .seconds(2)) == .look(at: .seconds(11)))
        #expect(life.next(now: .milliseconds(10_999)) == .look(at: .seconds(11)))
        #expect(life.next(now: .seconds(11)) == .free)
        #expect(life.isAsleep)
        life.freed()
        #expect(life.phase == .sleeping)
        #expect(life.next(now: .seconds(12)) == .rest)
    }

    @Test("it doesn't sleep while somebody uses it, and the time counts from the last one's end")
    func uses() {
        var life = ready()
        #expect(life.enter() == .admitted)
        #expect(life.enter() == .admitted)
        #expect(life.next(now: .seconds(50)) == .look(at: .seconds(60)))
        life.leave(now: .seconds(51))
        #expect(life.next(now: .seconds(60)) == .look(at: .seconds(70)))
        life.leave(now: .seconds(65))
        #expect(life.next(now: .seconds(70)) == .look(at: .seconds(75)))
        #expect(life.next(now: .seconds(75)) == .free)
    }

    @Test("who calls while it sleeps wakes it, and all who wait use it at once")
    func wakes() {
        var life = sleeping()
        #expect(life.enter() == .waits)
        #expect(life.enter() == .waits)
        #expect(life.isAsleep)
        #expect(life.next(now: .seconds(100)) == .load)
        #expect(life.enter() == .waits)
        life.loaded(now: .seconds(200))
        #expect(life.phase == .ready(uses: 3, idleSince: .seconds(200)))
        #expect(!life.isAsleep)
        // However long they take to begin.
        #expect(life.next(now: .seconds(500)) == .look(at: .seconds(510)))
        for _ in 0..<3 { life.leave(now: .seconds(501)) }
        #expect(life.next(now: .seconds(511)) == .free)
    }

    @Test("who calls while it falls asleep gets it after the load that follows")
    func callsWhileItFallsAsleep() {
        var life = ready()
        #expect(life.next(now: .seconds(11)) == .free)
        #expect(life.enter() == .waits)
        life.freed()
        #expect(life.next(now: .seconds(11)) == .load)
        life.loaded(now: .seconds(12))
        #expect(life.phase == .ready(uses: 1, idleSince: .seconds(12)))
    }

    @Test("a load that fails is the end, and everybody is told")
    func fails() {
        var life = sleeping()
        #expect(life.enter() == .waits)
        life.fail("the file is gone")
        #expect(life.next(now: .seconds(20)) == .over)
        #expect(life.enter() == .refused(reason: "the file is gone"))
        // The load that hung ends after all.
        life.loaded(now: .seconds(30))
        #expect(life.next(now: .seconds(30)) == .over)
    }

    @Test("in no history is anybody lost, or the model freed under its user", arguments: 0..<200)
    func walk(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var life = ModelLife(sleepAfter: .seconds(3))
        var now = Duration.zero
        var using = 0
        var waiting = 0
        var idleSince = Duration.zero
        /// What the loop is doing, if that takes time.
        var busy: ModelLife.Step? = nil
        for _ in 0..<300 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3:
                switch life.enter() {
                case .admitted: using += 1
                case .waits: waiting += 1
                case .refused(let reason): #expect(reason == nil && life.phase == .loading)
                }
            case 3..<5 where using > 0:
                using -= 1
                life.leave(now: now)
                idleSince = now
            case 5..<7:
                now += .milliseconds(.random(in: 0...2_500, using: &random))
            default:
                switch busy {
                case .load:
                    life.loaded(now: now)
                    using += waiting
                    waiting = 0
                    idleSince = now
                    busy = nil
                case .free:
                    life.freed()
                    busy = nil
                default:
                    let step = life.next(now: now)
                    switch step {
                    case .load: busy = .load
                    case .free:
                        #expect(using == 0 && now >= idleSince + .seconds(3))
                        busy = .free
                    case .look(let time): #expect(time > now)
                    case .rest: #expect(life.phase == .sleeping && waiting == 0)
                    case .over: Issue.record("nothing failed")
                    }
                }
            }
            if using > 0 { #expect(!life.isAsleep) }
            switch life.phase {
            case .ready(let uses, _): #expect(uses == using && waiting == 0)
            case .freeing(let count), .waking(let count): #expect(count == waiting && using == 0)
            case .loading, .sleeping: #expect(waiting == 0 && using == 0)
            case .failed: Issue.record("nothing failed")
            }
        }
    }
}
