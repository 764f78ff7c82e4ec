// SPDX-License-Identifier: MIT

import Fleet
import TestKit
import Testing

/// Which processes wait for a model, and which end.
@Suite("Processes wait for a model, and are used again") struct StandbyRoomTests {
    private final class Child: Sendable {}

    /// The macro can't look into what changes the room.
    private func check(_ isRight: Bool, _ words: Comment? = nil, at place: SourceLocation = #_sourceLocation) {
        #expect(isRight, words, sourceLocation: place)
    }

    /// A room in which a fresh one waits.
    private func room() -> (StandbyRoom<Child>, Child) {
        var room = StandbyRoom<Child>()
        let child = Child()
        check(room.begin { child } === child)
        check(room.begin(Child.init) == nil, "one is on its way")
        check(room.offer(child, bytes: 1) == nil)
        check(room.begin(Child.init) == nil && room.keeps)
        return (room, child)
    }

    @Test("the used one comes first, then the fresh one, then none")
    func order() {
        var (room, fresh) = room()
        let used = Child()
        room.started(used)
        check(room.offer(used, bytes: 5) == nil)
        check(room.take() === used)
        check(room.take() === fresh)
        check(room.take() == nil)
        check(room.begin(Child.init) != nil)
    }

    @Test("one used process waits at most, and not for long")
    func oneUsed() {
        var (room, fresh) = room()
        let (first, second) = (Child(), Child())
        room.started(first)
        room.started(second)
        check(room.offer(first, bytes: 5) == nil)
        check(room.offer(second, bytes: 5) === first, "the older one ends")
        check(room.waitingUse(of: first) == nil && !room.expire(first, use: 1))
        check(room.take() === second)
        check(room.offer(second, bytes: 5) == nil)
        check(!room.expire(second, use: 1), "that was an earlier time of waiting")
        check(room.expire(second, use: 2))
        check(room.take() === fresh)
    }

    @Test("one that was used often, or has grown, ends")
    func bounds() {
        var (room, _) = room()
        let child = Child()
        room.started(child)
        for _ in 1..<StandbyRoom<Child>.mostUses {
            check(room.offer(child, bytes: 100) == nil)
            check(room.take() === child)
        }
        check(room.offer(child, bytes: 100) === child)
        let other = Child()
        room.started(other)
        check(room.offer(other, bytes: 100) == nil)
        check(room.take() === other)
        check(room.offer(other, bytes: 101 + StandbyRoom<Child>.mostGrowth) === other)
    }

    @Test("a program that can't wait for a model isn't asked again, and none of its processes is used again")
    func unable() {
        var room = StandbyRoom<Child>()
        let child = Child()
        check(room.begin { child } === child && !room.keeps)
        check(room.forget(child), "it says so once")
        check(room.begin(Child.init) == nil && !room.keeps)
    }

    @Test("at the end none is kept")
    func close() {
        var (room, fresh) = room()
        let used = Child()
        room.started(used)
        check(room.offer(used, bytes: 1) == nil)
        check(Set(room.close().map(ObjectIdentifier.init)) == [ObjectIdentifier(fresh), ObjectIdentifier(used)])
        check(room.take() == nil && room.begin(Child.init) == nil && !room.keeps)
        check(room.offer(used, bytes: 1) === used)
    }

    @Test("no process is lost or given twice, whatever comes in whatever order", arguments: 0..<200)
    func walk(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var room = StandbyRoom<Child>()
        var awaited: [Child] = []
        var busy: [Child] = []
        var waiting: [Child] = []
        func offered(_ child: Child) {
            let leaves = room.offer(child, bytes: .random(in: 0...(40 << 20), using: &random))
            if leaves !== child { waiting.append(child) }
            guard let leaves else { return }
            waiting.removeAll { $0 === leaves }
            room.forget(leaves)
        }
        for _ in 0..<200 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: if let child = room.begin(Child.init) { awaited.append(child) }
            case 1: if let child = awaited.popLast() { offered(child) }
            case 2:
                if let child = room.take() {
                    #expect(waiting.contains { $0 === child })
                    waiting.removeAll { $0 === child }
                    busy.append(child)
                } else {
                    #expect(waiting.isEmpty)
                    let child = Child()
                    room.started(child)
                    busy.append(child)
                }
            case 3: if !busy.isEmpty { offered(busy.removeFirst()) }
            case 4:
                if let child = waiting.randomElement(using: &random), let use = room.waitingUse(of: child),
                    room.expire(child, use: use)
                {
                    waiting.removeAll { $0 === child }
                    room.forget(child)
                }
            default:
                if let child = (waiting + busy).randomElement(using: &random) {
                    room.forget(child)
                    waiting.removeAll { $0 === child }
                    busy.removeAll { $0 === child }
                }
            }
            #expect(waiting.count <= 2)
        }
        #expect(Set(room.close().map(ObjectIdentifier.init)) == Set((waiting + awaited).map(ObjectIdentifier.init)))
    }
}
