// SPDX-License-Identifier: MIT

import Gateway
import HTTPServer
import NIOCore
import Testing
import Wire

struct BodyBudgetTests {
    @Test("All together have a bound, each client another; what is let go of is there for others")
    func bounds() throws {
        let budget = BodyBudget(limit: 1_000_000, clientLimit: 600_000)
        var shares = ["a", "b"].map { BodyShare(budget, client: $0) }
        try shares[0].grow(by: BodyShare.free)
        #expect(budget.held == 0, "short bodies cost nothing")
        try shares[0].grow(by: 500_000)
        #expect(budget.held == 500_000)
        #expect(throws: APIError.self) { try shares[0].grow(by: 200_000) }
        try shares[1].grow(by: BodyShare.free + 500_000)
        #expect(budget.held == 1_000_000)
        let error = #expect(throws: APIError.self) { try shares[1].grow(by: 1) }
        #expect(error?.status == 503)
        shares.remove(at: 0)
        #expect(budget.held == 500_000)
        try shares[0].grow(by: 50_000)
        shares = []
        #expect(budget.held == 0)
        #expect(budget.take(600_000, for: "a"))
    }

    @Test("A body has its grace, then a least rate, and an end in any case")
    func pace() {
        let began = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let pace = BodyPace()
        #expect(pace.deadline(began: began, received: 0) == began + .seconds(30))
        #expect(pace.deadline(began: began, received: 5_000) == began + .seconds(40))
        #expect(pace.deadline(began: began, received: .max) == began + .hours(1))
        var none = pace
        none.bytesPerSecond = 0
        #expect(none.deadline(began: began, received: 0) == began + .hours(1))
    }
}
