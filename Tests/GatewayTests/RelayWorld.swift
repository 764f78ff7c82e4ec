// SPDX-License-Identifier: MIT

import Gateway
import Testing
import Wire

/// What surrounds a `RelayState`: does what its actions say and checks that they make sense.
struct RelayWorld {
    var state = RelayState<Int, Int>(maxBodyBytes: 100)
    var leases: Set<Int> = []
    var upstreams: Set<Int> = []
    var exchange = 0
    /// Which answers are awaited.
    var awaitsLease = false
    var awaitsConnection: Int?
    var awaitsReason = false
    /// The connection that carries the request.
    var active: Int?
    var requests = 0
    var responses = 0
    var isHeadOut = false
    /// Whether the worker's response has begun.
    var isAnswering = false
    var isClosed = false
    private var next = 0

    mutating func number() -> Int {
        next += 1
        return next
    }

    mutating func run(_ actions: [RelayAction<Int, Int>]) {
        for action in actions { run(action) }
    }

    /// The client closes its connection.
    mutating func leave() {
        run(state.clientGone())
        // Whatever is still written goes nowhere, and may begin without a head.
        if state.isDetached { isHeadOut = true } else { isClosed = true }
    }

    private mutating func run(_ action: RelayAction<Int, Int>) {
        switch action {
        case .sendContinue, .takeNext, .probeClient, .readUpstream, .discardRest: break
        case .requestLease(let id):
            exchange = id
            awaitsLease = true
        case .cancelLease: #expect(awaitsLease)
        case .endLease(let lease): #expect(leases.remove(lease) != nil, "a lease ended twice")
        case .connect(let lease, _, let id):
            #expect(leases.contains(lease))
            awaitsConnection = id
        case .send(let upstream):
            #expect(upstreams.contains(upstream))
            active = upstream
            isAnswering = false
        case .releaseUpstream(let upstream), .closeUpstream(let upstream):
            #expect(upstreams.remove(upstream) != nil, "a connection was given back twice")
            if active == upstream { active = nil }
        case .explainLoss(let lease, _):
            #expect(leases.contains(lease))
            awaitsReason = true
        case .forwardHead, .beginStream:
            #expect(!isHeadOut)
            isHeadOut = true
        case .ping: #expect(isHeadOut)
        case .endResponse, .endStream:
            #expect(isHeadOut)
            finish()
        case .answer, .answerHealthy, .answerGreeting, .answerReleased:
            #expect(!isHeadOut)
            finish()
        case .closeClient, .abortClient: isClosed = true
        }
    }

    private mutating func finish() {
        responses += 1
        isHeadOut = false
        #expect(responses <= requests)
    }
}
