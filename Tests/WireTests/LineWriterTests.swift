// SPDX-License-Identifier: MIT

import Foundation
import Logging
import Synchronization
import Testing
import Wire

/// A log that nobody reads must hold up nobody (D13), and forge nothing (D15).
@Suite(.timeLimit(.minutes(5))) struct LineWriterTests {
    /// A pipe; a small one is full soon, and says so from its first byte on, since Linux counts its pages.
    private func makePipe(small: Bool = true) throws -> (read: FileHandle, write: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        #if os(Linux)
            if small { _ = fcntl(ends[1], 1031, 4096) }
        #endif
        return (FileHandle(fileDescriptor: ends[0], closeOnDealloc: true), ends[1])
    }

    @Test func linesAreWrittenInTheirOrder() throws {
        let (read, write) = try makePipe()
        let writer = LineWriter(descriptor: write)
        for number in 0..<100 { writer.append("line \(number)") }
        #expect(writer.flush(milliseconds: 10_000))
        close(write)
        let text = String(decoding: try #require(try read.readToEnd()), as: UTF8.self)
        #expect(text == (0..<100).map { "line \($0)\n" }.joined())
    }

    @Test func aThreadWithoutItsTurnIsWaitedForWhereThereIsRoom() throws {
        let (read, write) = try makePipe(small: false)
        let writer = LineWriter(descriptor: write)
        writer.append("the last words")
        #expect(writer.flush(milliseconds: 0, most: 50))
        close(write)
        let text = String(decoding: try #require(try read.readToEnd()), as: UTF8.self)
        #expect(text == "the last words\n")
    }

    @Test func aReaderThatDoesNotReadHoldsUpNobodyAndIsToldWhatWasLeftOut() throws {
        let (read, write) = try makePipe()
        let writer = LineWriter(descriptor: write, capacity: 20_000)
        let line = String(repeating: "x", count: 99)
        for _ in 0..<1_000 { writer.append(line) }
        // The pipe and the buffer are full, and the writer's own thread waits.
        #expect(!hasFlushed(writer))
        // A thread of its own: this one waits, and others of the pool may compute for long.
        let text = Mutex("")
        let isRead = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let all = String(decoding: (try? read.readToEnd()) ?? Data(), as: UTF8.self)
            text.withLock { $0 = all }
            isRead.signal()
        }
        flush(writer)
        writer.append("there is room again")
        flush(writer)
        close(write)
        #expect(isRead.wait(timeout: .now() + 50) == .success)
        let lines = text.withLock { $0 }.split(separator: "\n").map(String.init)
        let written = lines.count { $0 == line }
        #expect(written >= 200 && written < 1_000)
        // The pipe may have had room in between, and some be told of there already.
        let told = lines.filter { $0.hasPrefix("(") }
        let counts = told.compactMap { Int($0.dropFirst().prefix { $0.isNumber }) }
        #expect(told == counts.map(LineWriter.sentence))
        #expect(counts.reduce(0, +) == 1_000 - written)
        #expect(lines.last == "there is room again")
    }

    private func hasFlushed(_ writer: LineWriter) -> Bool { writer.flush(milliseconds: 1) }

    private func flush(_ writer: LineWriter) { #expect(writer.flush(milliseconds: 50_000)) }

    @Test func aClosedReaderIsNoReasonToWait() throws {
        signal(SIGPIPE, SIG_IGN)
        let (read, write) = try makePipe()
        try read.close()
        let writer = LineWriter(descriptor: write)
        for _ in 0..<1_000 { writer.append("nobody") }
        #expect(writer.flush(milliseconds: 50_000))
        close(write)
    }

    @Test func whatStrangersNameStaysOnItsLine() {
        let line = TextLogHandler.line(
            "now info router:",
            ["model": "a\nforged\u{1B}[31m", "b": "plain ü 🙂"],
            source: "Fleet",
            message: "Model loaded"
        )
        #expect(line == "now info router: b=plain ü 🙂 model=a\\nforged\\u{1B}[31m [Fleet] Model loaded")
    }

    @Test(
        arguments: [
            ("plain", "plain"), ("a\r\n\tb", "a\\r\\n\\tb"), ("\u{9B}31m", "\\u{9B}31m"),
            ("\u{202E}fdp", "\\u{202E}fdp"),
            ("\u{2028}", "\\u{2028}"), ("👩‍👩‍👧 é", "👩‍👩‍👧 é"), ("\0", "\\u{0}"), ("", ""),
        ] as [(String, String)]
    )
    func printable(text: String, shown: String) {
        #expect(text.printable == shown)
    }
}
