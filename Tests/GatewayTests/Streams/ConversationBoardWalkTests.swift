// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import TestKit
import Testing

/// Random histories of a board, beside a model of it that forgets nothing.
struct ConversationBoardWalkTests {
    /// What the model knows of a stream.
    private struct Known {
        var bytes: [UInt8] = []
        var name: Int
        var endedAt: Int64?
        var isGone = false
    }

    private struct World {
        var board: ConversationBoard
        var known: [Int: Known] = [:]
        var now: Int64 = 0
        var random: SeededGenerator

        var moment: Moment { Moment(uptime: .uptimeNanoseconds(UInt64(now) * 1_000_000_000), unixTime: now) }
        var alive: [Int] { known.filter { !$0.value.isGone }.keys.sorted() }
    }

    private static let limits = {
        var limits = ConversationLimits()
        limits.streams = 5
        limits.bytesEach = 4 * StreamRing.blockBytes
        limits.bytes = 9 * StreamRing.blockBytes
        limits.age = .seconds(30)
        return limits
    }()

    @Test("Whatever happens, readers get the stream's own bytes and the bounds hold", arguments: 0..<40)
    func walk(seed: UInt64) throws {
        var world = World(board: ConversationBoard(limits: Self.limits), random: SeededGenerator(seed: seed))
        for _ in 0..<250 {
            let mayRemove = try step(&world)
            for id in world.board.takeRemoved() {
                let stream = try #require(world.known[id])
                #expect(!stream.isGone, "removed twice")
                #expect(mayRemove.contains(id) || stream.endedAt != nil, "a running stream was removed")
                world.known[id]?.isGone = true
            }
            check(&world)
        }
    }

    /// - Returns: the running streams that this step may remove.
    private func step(_ world: inout World) throws -> Set<Int> {
        world.now += Int64.random(in: 0...3, using: &world.random)
        let name = Int.random(in: 0..<7, using: &world.random)
        let key = try ConversationKey(owner: nil, id: "\(name)")
        let named = world.known.first { !$0.value.isGone && $0.value.name == name }?.key
        let some = world.alive.randomElement(using: &world.random) ?? 0
        switch Int.random(in: 0..<20, using: &world.random) {
        case 0..<4:
            if let id = try? world.board.begin(key, now: world.moment) {
                world.known[id] = Known(name: name)
                world.board.granted(id)
            } else {
                let running = world.known.values.filter { !$0.isGone && $0.endedAt == nil }
                #expect(running.count == Self.limits.streams, "refused although there was room")
            }
            return named.map { [$0] } ?? []
        case 4..<14:
            let most = Bool.random(using: &world.random) ? 200 : 50_000
            let bytes = [UInt8](
                repeating: .random(in: 0...255, using: &world.random),
                count: .random(in: 0...most, using: &world.random)
            )
            world.board.append(ByteBuffer(bytes: bytes), to: some)
            world.known[some]?.bytes += bytes
        case 14..<17:
            world.board.end(some, now: world.moment)
            if world.known[some] != nil { world.known[some]?.endedAt = world.now }
        case 17:
            world.board.stop(key)
            return named.map { [$0] } ?? []
        case 18:
            world.board.drop(some)
            return [some]
        default:
            world.now += 20
            world.board.expire(now: world.moment)
        }
        return []
    }

    private func check(_ world: inout World) {
        #expect(world.board.count == world.alive.count)
        #expect(world.board.count <= Self.limits.streams)
        #expect(world.board.heldBytes <= Self.limits.bytes + Self.limits.streams * StreamRing.blockBytes)
        for (id, stream) in world.known {
            guard !stream.isGone else {
                #expect(world.board.read(id, from: 0, atMost: 1) == .gone)
                continue
            }
            let rest = stream.endedAt == nil ? ConversationBoard.Reading.pending : .ended
            #expect(world.board.read(id, from: stream.bytes.count, atMost: 10) == rest)
            guard !stream.bytes.isEmpty else { continue }
            // The newest byte is always there.
            let last = stream.bytes.count - 1
            #expect(world.board.read(id, from: last, atMost: 10) == .bytes(ByteBuffer(bytes: stream.bytes[last...])))
            let from = Int.random(in: 0...last, using: &world.random)
            switch world.board.read(id, from: from, atMost: 1000) {
            case .bytes(let bytes): #expect(bytes == ByteBuffer(bytes: stream.bytes[from...].prefix(1000)))
            case .lost: #expect(from < last)
            case .pending, .ended, .gone: Issue.record("no bytes where there were some")
            }
        }
    }
}
