// SPDX-License-Identifier: MIT

import API
import Gateway
import NIOCore
import Testing
import Wire

struct ConversationBoardTests {
    private static func key(_ id: String, owner: Int? = nil) -> ConversationKey {
        guard let key = try? ConversationKey(owner: owner, id: id) else { preconditionFailure("a short id") }
        return key
    }

    private static func at(_ seconds: Int64) -> Moment {
        Moment(uptime: .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000), unixTime: 1000 + seconds)
    }

    private static func board(_ change: (inout ConversationLimits) -> Void = { _ in }) -> ConversationBoard {
        var limits = ConversationLimits()
        change(&limits)
        return ConversationBoard(limits: limits)
    }

    @Test("A stream from its model's load to its end and after")
    func course() throws {
        var board = Self.board()
        let id = try board.begin(Self.key("a"), now: Self.at(0))
        let loading = #expect(throws: APIError.self) { try board.attend(Self.key("a"), from: 0, now: Self.at(1)) }
        #expect(loading?.status == 503 && loading?.message == "Stream owner model is loading, retry later")
        board.granted(id)
        #expect(try board.attend(Self.key("a"), from: 0, now: Self.at(1)) == id)
        #expect(board.read(id, from: 0, atMost: 10) == .pending)
        board.append(ByteBuffer(string: "hello"), to: id)
        #expect(board.read(id, from: 1, atMost: 3) == .bytes(ByteBuffer(string: "ell")))
        #expect(board.read(id, from: 7, atMost: 3) == .pending)
        board.end(id, now: Self.at(5))
        #expect(board.read(id, from: 5, atMost: 3) == .ended)
        #expect(try board.attend(Self.key("a"), from: 2, now: Self.at(304)) == id)
        let gone = #expect(throws: APIError.self) { try board.attend(Self.key("a"), from: 0, now: Self.at(305)) }
        #expect(gone?.status == 404)
        #expect(board.takeRemoved() == [id])
        #expect(board.heldBytes == 0)
        #expect(board.read(id, from: 0, atMost: 1) == .gone)
    }

    @Test("A second stream of a conversation takes the place of the first, whose bytes come to nothing")
    func replaces() throws {
        var board = Self.board()
        let first = try board.begin(Self.key("a"), now: Self.at(0))
        let second = try board.begin(Self.key("a"), now: Self.at(1))
        #expect(board.takeRemoved() == [first])
        board.granted(second)
        board.append(ByteBuffer(string: "late"), to: first)
        board.end(first, now: Self.at(2))
        board.drop(first)
        #expect(board.read(second, from: 0, atMost: 10) == .pending)
        #expect(board.count == 1)
    }

    @Test("Streams that ended make room, oldest end first; where none ended, a new one is refused")
    func manyStreams() throws {
        var board = Self.board { $0.streams = 3 }
        let ids = try ["a", "b", "c"].map { try board.begin(Self.key($0), now: Self.at(0)) }
        let refusal = #expect(throws: APIError.self) { try board.begin(Self.key("d"), now: Self.at(1)) }
        #expect(refusal?.status == 503 && refusal?.retryAfter != nil)
        // The same conversation again needs no more room.
        _ = try board.begin(Self.key("a"), now: Self.at(1))
        board.end(ids[2], now: Self.at(2))
        board.end(ids[1], now: Self.at(3))
        _ = try board.begin(Self.key("d"), now: Self.at(4))
        #expect(board.takeRemoved() == [ids[0], ids[2]])
    }

    @Test("Bytes of all streams together: those that ended go first, then the one that grows loses its oldest")
    func manyBytes() throws {
        let block = StreamRing.blockBytes
        var board = Self.board { $0.bytes = 6 * block }
        let ids = try ["a", "b", "c"].map { try board.begin(Self.key($0), now: Self.at(0)) }
        for id in ids { board.granted(id) }
        board.append(ByteBuffer(repeating: 1, count: 2 * block), to: ids[0])
        board.append(ByteBuffer(repeating: 2, count: 2 * block), to: ids[1])
        board.end(ids[0], now: Self.at(1))
        board.append(ByteBuffer(repeating: 3, count: 2 * block), to: ids[2])
        board.append(ByteBuffer(repeating: 3, count: 2 * block), to: ids[2])
        #expect(board.takeRemoved() == [ids[0]])
        board.append(ByteBuffer(repeating: 3, count: 2 * block), to: ids[2])
        #expect(board.heldBytes <= 6 * block)
        #expect(board.read(ids[2], from: 0, atMost: 1) == .lost)
        #expect(board.read(ids[1], from: 0, atMost: 1) == .bytes(ByteBuffer(repeating: 2, count: 1)))
        let lost = #expect(throws: APIError.self) { try board.attend(Self.key("c"), from: 1, now: Self.at(1)) }
        #expect(lost?.status == 400)
    }

    @Test("A conversation belongs to the key that began it")
    func owners() throws {
        var board = Self.board()
        let id = try board.begin(Self.key("a", owner: 0), now: Self.at(0))
        board.granted(id)
        let other = #expect(throws: APIError.self) {
            try board.attend(Self.key("a", owner: 1), from: 0, now: Self.at(0))
        }
        #expect(other?.status == 404)
        board.stop(Self.key("a", owner: 1))
        #expect(board.lookUp(["a"], owner: 1, now: Self.at(0)).isEmpty)
        #expect(board.lookUp(["a"], owner: 0, now: Self.at(0)).count == 1)
        board.stop(Self.key("a", owner: 0))
        #expect(board.takeRemoved() == [id])
    }

    @Test("A lookup finds a conversation and its variants, once, and nothing that wasn't asked for")
    func lookUp() throws {
        var board = Self.board()
        for name in ["a", "a::m:Q4", "a::m::n", "ab", "b", "loading"] {
            let id = try board.begin(Self.key(name), now: Self.at(7))
            if name != "loading" { board.granted(id) }
            if name == "b" {
                board.append(ByteBuffer(string: "12345"), to: id)
                board.end(id, now: Self.at(9))
            }
        }
        func found(_ names: String...) -> [String] {
            board.lookUp(names, owner: nil, now: Self.at(10)).map(\.conversation)
        }
        #expect(found("a") == ["a", "a::m:Q4", "a::m::n"])
        #expect(found("a::m", "a::m::n", "a") == ["a::m::n", "a", "a::m:Q4"])
        #expect(found("a::m:Q4") == ["a::m:Q4"])
        #expect(found("loading", "x", "", "::") == [])
        let entry = board.lookUp(["b"], owner: nil, now: Self.at(10)).first?.json.text
        let words =
            #"{"conversation_id":"b","is_done":true,"total_bytes":5,"started_at":1007,"completed_at":1009}"#
        #expect(entry == words)
    }

    @Test("Once it closes, what nobody reads has to stop")
    func closes() throws {
        var board = Self.board()
        let ids = try ["left", "attended", "resumed", "ended"].map { try board.begin(Self.key($0), now: Self.at(0)) }
        for id in ids { board.granted(id) }
        var mustStop = [board.leave(ids[0])]
        _ = try board.attend(Self.key("resumed"), from: 0, now: Self.at(0))
        mustStop.append(board.leave(ids[2]))
        board.end(ids[3], now: Self.at(0))
        mustStop.append(board.leave(ids[3]))
        #expect(mustStop == [false, false, false])
        let left = board.close()
        #expect(left == [ids[0]])
        mustStop = [board.leave(ids[1]), board.leave(ids[2])]
        #expect(mustStop == [true, true])
    }

    @Test("An id has a greatest length")
    func longID() {
        #expect(throws: APIError.self) { try ConversationKey(owner: nil, id: String(repeating: "x", count: 1025)) }
    }
}
