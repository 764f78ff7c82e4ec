// SPDX-License-Identifier: MIT

import Engine
import Testing

/// Case D4.
@Suite("Readers who don't read")
struct SlowReadersTests {
    private let readers = SlowReaders(patience: .seconds(2))

    @Test("keep their slots while nobody waits")
    func nobodyWaits() {
        for others in [0, -2] {
            let decision = readers.decide([.seconds(9), nil], particular: [], others: others)
            #expect(decision.leaving.isEmpty && decision.nextLook == nil)
        }
    }

    @Test("lose them to those who wait, those who have been behind for longest first, and no more than are wanted")
    func order() {
        let behind: [Duration?] = [.seconds(3), nil, .seconds(7), .seconds(5)]
        #expect(readers.decide(behind, particular: [], others: 1).leaving == [2])
        #expect(readers.decide(behind, particular: [], others: 2).leaving == [2, 3])
        #expect(readers.decide(behind, particular: [], others: 9).leaving == [2, 3, 0])
    }

    @Test("have a moment, after which somebody looks again")
    func patience() {
        let decision = readers.decide([.milliseconds(500), nil, .milliseconds(1_500)], particular: [], others: 1)
        #expect(decision.leaving.isEmpty && decision.nextLook == .milliseconds(500))
        let none = readers.decide([nil, nil], particular: [], others: 5)
        #expect(none.leaving.isEmpty && none.nextLook == nil)
    }

    @Test("lose the slot that somebody waits for in particular, and no other")
    func particular() {
        let behind: [Duration?] = [.seconds(3), .seconds(4), .seconds(9)]
        #expect(readers.decide(behind, particular: [0], others: 0).leaving == [0])
        #expect(readers.decide(behind, particular: [0], others: 1).leaving == [2, 0])
        #expect(readers.decide([nil, .seconds(4)], particular: [0], others: 0).leaving.isEmpty)
    }
}
