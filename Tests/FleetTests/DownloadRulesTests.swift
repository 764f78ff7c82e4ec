// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Library
import Platform
import Testing
import Wire

/// When to continue, to try again, to follow a redirect, and to tell of progress.
@Suite struct DownloadRulesTests {
    private let oid = String(repeating: "a", count: 64)

    private func answer(
        _ status: Int,
        have: UInt64 = 0,
        tag: String? = nil,
        range: String? = nil,
        length: UInt64? = nil
    ) throws -> RangeAnswer {
        try RangeAnswer(
            status: status,
            have: have,
            size: 100,
            oid: oid,
            entityTag: tag,
            contentRange: range,
            contentLength: length
        )
    }

    @Test func rangesAreContinuedOnlyWhereTheyFit() throws {
        #expect(try answer(200, length: 100) == .restart)
        #expect(try answer(200, have: 40) == .restart)
        #expect(try answer(206, have: 40, range: "bytes 40-99/100") == .append)
        #expect(try answer(206, have: 40, range: "bytes 40-99/*") == .append)
        #expect(try answer(206, have: 40, range: "bytes 30-99/100") == .askAgain)
        #expect(try answer(206, have: 40, range: "bytes 40-99/200") == .askAgain)
        #expect(try answer(206, have: 40) == .askAgain)
        #expect(try answer(416, have: 100) == .complete)
        #expect(try answer(416, have: 40) == .askAgain)
        #expect(throws: HubError.self) { try answer(200, length: 99) }
    }

    @Test func anotherFilesTagIsNoticed() throws {
        let other = String(repeating: "b", count: 64)
        #expect(try answer(206, have: 40, tag: "\"\(oid)\"", range: "bytes 40-99/100") == .append)
        // Tags that are no hashes say nothing.
        #expect(try answer(200, tag: "W/\"abc-1\"") == .restart)
        let error = #expect(throws: HubError.self) { try answer(200, tag: "W/\"\(other)\"") }
        #expect(error?.code == .wrongContent)
    }

    @Test(arguments: [
        (401, HubFault.denied), (403, .denied), (404, .notFound), (429, .unavailable), (500, .unavailable),
    ])
    func errors(status: Int, code: HubFault) {
        #expect(#expect(throws: HubError.self) { try answer(status) }?.code == code)
    }

    @Test func triesAndPauses() {
        let policy = RetryPolicy()
        let passing = HubError(.interrupted, "")
        #expect(policy.pause(after: 1, passing) == .seconds(2))
        #expect(policy.pause(after: 2, passing) == .seconds(4))
        #expect(policy.pause(after: 3, passing) == nil)
        for code in [HubFault.notFound, .denied, .disk, .cancelled, .badRedirect, .wrongContent] {
            #expect(policy.pause(after: 1, HubError(code, "")) == nil)
        }
    }

    @Test func redirects() throws {
        let hub = try #require(HubURL("https://hub.example/"))
        let policy = RedirectPolicy(endpoint: hub)
        let from = try #require(HubURL("https://hub.example/a/b"))
        #expect(try policy.target(of: "/c?d=e", from: from, count: 0).text == "https://hub.example/c?d=e")
        #expect(
            try policy.target(of: "https://CDN.example:8443/x#y", from: from, count: 7).origin.host == "cdn.example"
        )
        for location in [
            nil, "", "ftp://h/x", "file:///etc/passwd", "http://hub.example/x", "https://u:p@h/x", "https://h:0/",
            "https:///x",
        ] {
            #expect(throws: HubError.self, "\(location ?? "nil")") {
                try policy.target(of: location, from: from, count: 0)
            }
        }
        #expect(throws: HubError.self) { try policy.target(of: "/c", from: from, count: 8) }
    }

    @Test func theTokenStaysWithTheHub() throws {
        let policy = RedirectPolicy(endpoint: try #require(HubURL("https://hub.example/api")))
        #expect(policy.carriesToken(try #require(HubURL("https://hub.example:443/x"))))
        for other in [
            "https://hub.example:444/x", "http://hub.example/x", "https://a.hub.example/x", "https://hub.example.org/",
        ] {
            #expect(!policy.carriesToken(try #require(HubURL(other))))
        }
    }

    @Test func privateAddressesAreRefused() throws {
        let policy = RedirectPolicy(endpoint: try #require(HubURL("https://hub.example/")))
        let cdn = try #require(HubURL("https://cdn.example/"))
        try policy.check(["93.184.216.34", "2606:2800:220:1::1"], of: cdn, hub: ["93.184.216.34"])
        #expect(throws: HubError.self) {
            try policy.check(["93.184.216.34", "10.0.0.1"], of: cdn, hub: ["93.184.216.34"])
        }
        #expect(throws: HubError.self) { try policy.check([], of: cdn, hub: ["93.184.216.34"]) }
        #expect(throws: HubError.self) { try policy.check(["no address"], of: cdn, hub: ["93.184.216.34"]) }
        // A hub on this machine may name this machine, and nothing nearer to the metal.
        try policy.check(["127.0.0.1"], of: cdn, hub: ["127.0.0.1"])
        try policy.check(["93.184.216.34"], of: cdn, hub: ["127.0.0.1"])
        for address in ["10.0.0.1", "169.254.169.254", "0.0.0.0", "::ffff:10.0.0.1"] {
            #expect(throws: HubError.self) { try policy.check([address], of: cdn, hub: ["127.0.0.1"]) }
        }
    }

    @Test(arguments: [
        ("8.8.8.8", "world"), ("127.0.0.1", "loopback"), ("127.9.9.9", "loopback"), ("10.1.2.3", "local"),
        ("172.15.0.1", "world"), ("172.16.0.1", "local"), ("172.31.255.255", "local"), ("172.32.0.1", "world"),
        ("192.168.1.1", "local"), ("100.64.0.1", "local"), ("169.254.169.254", "linkLocal"), ("0.0.0.0", "special"),
        ("224.0.0.1", "special"), ("255.255.255.255", "special"), ("::1", "loopback"), ("::", "special"),
        ("fe80::1%eth0", "linkLocal"), ("fc00::1", "local"), ("fd12::1", "local"), ("ff02::1", "special"),
        ("::ffff:127.0.0.1", "loopback"), ("::ffff:8.8.8.8", "world"), ("64:ff9b::a00:1", "local"),
        ("2002:7f00:1::", "loopback"), ("2606:4700::1", "world"), ("2001:db8::1", "special"),
    ])
    func addresses(text: String, kind: String) {
        #expect(NetworkAddress(text)?.rawValue == kind)
    }

    @Test func otherTextsAreNoAddresses() {
        for text in ["", "localhost", "127.1", "0x7f.1", "1.2.3.4.5", ":::"] {
            #expect(NetworkAddress(text) == nil, "\(text)")
        }
    }

    @Test func progressIsToldTenTimesASecond() {
        var progress = DownloadProgress()
        let told = [
            progress.note("a", done: 0, total: 100, now: .zero),
            progress.note("a", done: 1, total: 100, now: .milliseconds(50)),
            progress.note("a", done: 2, total: 100, now: .milliseconds(100)),
            progress.note("b", done: 0, total: 10, now: .milliseconds(110)),
            progress.note("a", done: 3, total: 100, now: .milliseconds(150)),
            progress.note("a", done: 100, total: 100, now: .milliseconds(160)),
        ]
        #expect(told == [true, false, true, true, false, true])
        #expect(progress.sum.done == 100 && progress.sum.total == 110)
        #expect(progress.json.text == #"{"a":{"done":100,"total":100},"b":{"done":0,"total":10}}"#)
    }

    @Test func oneModelIsDownloadedOnce() throws {
        var board = DownloadBoard()
        let numbers = [board.begin("u/r"), board.begin("u/r"), board.begin("u/r:Q8_0")]
        let first = try #require(numbers[0])
        #expect(numbers[1] == nil)
        let second = try #require(numbers[2])
        let resolved = [board.resolved(second, modelID: "u/r:Q8_0"), board.resolved(first, modelID: "u/r:Q8_0")]
        #expect(resolved == [true, false])
        #expect(board.downloads.map(\.number) == [second])
        let shown = [second, first].map { board.note($0, "a", done: 1, total: 2, now: .zero) != nil }
        #expect(shown == [true, false])
        board.finished(second)
        #expect(board.download(named: "u/r:Q8_0")?.phase == .downloaded)
        let again = board.begin("u/r:Q8_0")
        #expect(again == nil)
        board.end(second)
        #expect(board.downloads.isEmpty)
    }

    @Test func modelsThatNeedOneDownloadShareIt() throws {
        var board = DownloadBoard()
        let reference = try HubReference("u/r")
        let plain = HubSelection(reference)
        let joined = board.join("a", plain)
        let first = try #require(joined)
        let others = [board.join("b", plain), board.begin("u/r")]
        #expect(others == [nil, nil])
        #expect(board.download(first)?.names == ["a", "b"])
        let begun = board.begin("u/r:Q8_0")
        let listed = try #require(begun)
        let resolved = [board.resolved(listed, modelID: "u/r:Q8_0"), board.resolved(first, modelID: "u/r:Q8_0")]
        #expect(resolved == [true, false])
        #expect(board.downloads.map(\.names) == [["u/r:Q8_0", "a", "b"]])
        board.leave("a")
        #expect(board.download(named: "b")?.names == ["u/r:Q8_0", "b"])
        // Another file of the repository is another download, and the last wish of a model counts.
        let rejoined = board.join("b", HubSelection(reference, file: "x.gguf"))
        let other = try #require(rejoined)
        #expect(board.download(listed)?.names == ["u/r:Q8_0"])
        #expect(board.download(other)?.names == ["b"])
        // One that brings more does for who needs less, and not the other way round.
        let less = HubSelection(try HubReference("u/s"), withProjector: false)
        let numbers = [
            board.join("c", less), board.join("d", HubSelection(less.reference)), board.join("e", less),
        ]
        #expect(numbers.map { $0 == nil } == [false, false, true])
        var drafted = HubSelection(try HubReference("u/t"))
        drafted.draft = HubDraft(reference)
        let more = [
            board.join("f", drafted), board.join("g", HubSelection(drafted.reference)), board.join("h", drafted),
        ]
        #expect(more.map { $0 == nil } == [false, true, true])
    }
}
