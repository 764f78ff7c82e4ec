// SPDX-License-Identifier: MIT

import Gateway
import TestKit
import Testing
import Wire

@Suite(.timeLimit(.minutes(5)))
struct DelayedLeasingTests {
    private let endpoint = WorkerEndpoint.unix(path: "/nowhere")

    @Test("A lease is held for as long as the delay takes")
    func delays() async {
        let clock = TestClock()
        let base = FakeLeasing(["story": endpoint])
        let gate = Gate<Result<any ModelLease, APIError>>()
        let leasing = DelayedLeasing(base: base, delay: .seconds(2), clock: clock)
        _ = leasing.lease("story", autoload: nil, isUse: true) { gate.open($0) }
        #expect(base.leases.count == 1)
        #expect(gate.value == nil)
        while gate.value == nil {
            clock.advance(by: .seconds(2))
            await Task.yield()
        }
        guard case .success(let lease)? = gate.value else { return #expect(Bool(false)) }
        #expect(lease.model == "story")
    }

    @Test("An error comes at once")
    func passesErrors() {
        let gate = Gate<Result<any ModelLease, APIError>>()
        let leasing = DelayedLeasing(base: FakeLeasing([:]), delay: .seconds(2), clock: TestClock())
        _ = leasing.lease("story", autoload: nil, isUse: true) { gate.open($0) }
        guard case .failure? = gate.value else { return #expect(Bool(false)) }
    }
}
