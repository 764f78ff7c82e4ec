// SPDX-License-Identifier: MIT

import Gateway
import TestKit
import Testing
import Wire

/// Random walks: whatever happens in whatever order, leases and connections come back and requests are answered once.
struct RelayStateWalkTests {
    @Test("Nothing leaks and nothing is answered twice", arguments: 0..<50)
    func walk(seed: UInt64) {
        for round in 0..<200 {
            var random = SeededGenerator(seed: seed &* 1_000 &+ UInt64(round))
            var world = RelayWorld()
            for _ in 0..<60 where !world.isClosed { step(&world, &random) }
            // The first time a kept request is only left alone.
            for _ in 0..<2 where !world.isClosed { world.leave() }
            settle(&world)
            #expect(world.leases.isEmpty && world.upstreams.isEmpty, "seed \(seed), round \(round)")
        }
    }

    private func step(_ world: inout RelayWorld, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<17, using: &random) {
        case 0, 1: request(&world, &random)
        case 2, 3, 4: answerLease(&world, grants: Int.random(in: 0..<4, using: &random) > 0)
        case 5, 6, 7: answerConnection(&world, works: Int.random(in: 0..<4, using: &random) > 0, &random)
        case 8, 9: respond(&world, &random)
        case 10: loseUpstream(&world)
        case 11: explain(&world)
        case 12: ping(&world, &random)
        case 13:
            if Bool.random(using: &random) {
                world.run(world.state.clientHalfClosed(hasMore: Bool.random(using: &random)))
            } else {
                world.state.quiesce()
            }
        case 14:
            guard Int.random(in: 0..<3, using: &random) == 0 else { return }
            world.run(world.state.stopped(exchange: world.exchange))
        case 15:
            guard Int.random(in: 0..<3, using: &random) == 0 else { return }
            world.run(world.state.cancelled(APIError(.invalidRequest, "stop"), exchange: world.exchange))
        default:
            guard Int.random(in: 0..<6, using: &random) == 0 else { return }
            world.leave()
        }
    }

    private func request(_ world: inout RelayWorld, _ random: inout SeededGenerator) {
        guard world.state.isIdle else { return }
        world.requests += 1
        world.run(
            world.state.requestHead(
                dialect: .openAI,
                keepsAlive: Int.random(in: 0..<10, using: &random) > 0,
                expectsContinue: false,
                contentLength: nil,
                early: [.refusal(APIError(.permission, "no")), .healthy, .greeting, nil, nil, nil, nil, nil]
                    .randomElement(
                        using: &random
                    ) ?? nil
            )
        )
        world.run(world.state.requestBody(bytes: Int.random(in: 0..<105, using: &random)))
        world.run(world.state.requestEnd())
        guard world.state.isLeasing(world.exchange) else { return }
        if Int.random(in: 0..<8, using: &random) == 0 {
            // It wants no worker.
            world.awaitsLease = false
            world.run(world.state.released(exchange: world.exchange))
        } else if Bool.random(using: &random) {
            world.state.keep()
        }
    }

    private func answerLease(_ world: inout RelayWorld, grants: Bool) {
        guard world.awaitsLease else { return }
        world.awaitsLease = false
        guard grants else {
            return world.run(world.state.rejected(APIError(.server, "no"), exchange: world.exchange))
        }
        let lease = world.number()
        world.leases.insert(lease)
        world.run(world.state.granted(lease, exchange: world.exchange))
    }

    private func answerConnection(_ world: inout RelayWorld, works: Bool, _ random: inout SeededGenerator) {
        guard let exchange = world.awaitsConnection else { return }
        world.awaitsConnection = nil
        guard works else {
            let isCutOff = Bool.random(using: &random)
            return world.run(world.state.connectFailed(isCutOff: isCutOff, exchange: exchange))
        }
        let upstream = world.number()
        world.upstreams.insert(upstream)
        world.run(world.state.connected(upstream, hasServed: Bool.random(using: &random), exchange: exchange))
    }

    private func ping(_ world: inout RelayWorld, _ random: inout SeededGenerator) {
        world.run(
            world.state.pingDue(
                wantsStream: Bool.random(using: &random),
                endsByClosing: Int.random(in: 0..<10, using: &random) == 0
            )
        )
    }

    private func respond(_ world: inout RelayWorld, _ random: inout SeededGenerator) {
        guard world.active != nil else { return }
        if !world.isAnswering {
            world.isAnswering = true
            let kinds: [RelayState<Int, Int>.BodyKind] = [.eventStream, .lines, .other]
            let kind = kinds.randomElement(using: &random) ?? .other
            world.run(world.state.responseHead(kind, endsByClosing: false))
        } else if Bool.random(using: &random) {
            world.run(world.state.responseEnd())
            return
        }
        world.run(world.state.responseReadComplete(clientIsWritable: Bool.random(using: &random)))
        if Bool.random(using: &random) { world.run(world.state.clientBecameWritable()) }
    }

    private func loseUpstream(_ world: inout RelayWorld) {
        guard let active = world.active else { return }
        world.active = nil
        world.upstreams.remove(active)
        world.run(world.state.upstreamClosed())
    }

    private func explain(_ world: inout RelayWorld) {
        guard world.awaitsReason else { return }
        world.awaitsReason = false
        world.run(world.state.lossExplained(APIError(.server, "lost"), exchange: world.exchange))
    }

    /// What was asked for before the end still comes.
    private func settle(_ world: inout RelayWorld) {
        var random = SeededGenerator(seed: 1)
        if world.active != nil { world.leave() }
        answerLease(&world, grants: true)
        answerConnection(&world, works: true, &random)
        explain(&world)
        if world.active != nil || !world.leases.isEmpty { world.leave() }
    }
}
