// SPDX-License-Identifier: MIT

import Console
import Testing
import Wire

@Suite("What is shown on a terminal")
struct TerminalTests {
    private let plain = Style(isTerminal: false, environment: [:])

    @Test(
        "knows the width of characters",
        arguments: [
            ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("👍", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("\u{200B}", 0), ("ﬁ", 1),
        ]
    )
    func width(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test("cuts and pads by columns")
    func cut() {
        #expect(DisplayWidth.cut("hello", to: 5) == "hello")
        #expect(DisplayWidth.cut("hello!", to: 5) == "hell…")
        #expect(DisplayWidth.cut("日本語", to: 5) == "日本…")
        #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
        #expect(DisplayWidth.cut("hello", to: 0) == "")
        #expect(DisplayWidth.pad("日", to: 4) == "日  ")
        #expect(DisplayWidth.pad("7", to: 3, atEnd: false) == "  7")
    }

    @Test("colours only what somebody looks at who wants them")
    func colours() {
        #expect(Style(isTerminal: true, environment: ["TERM": "xterm"])(.red, "x") == "\u{1B}[31mx\u{1B}[0m")
        #expect(Style(isTerminal: true, environment: ["NO_COLOR": ""])(.red, "x") != "x")
        #expect(Style(isTerminal: true, environment: ["NO_COLOR": "1"])(.red, "x") == "x")
        #expect(Style(isTerminal: true, environment: ["TERM": "dumb"])(.red, "x") == "x")
        #expect(plain(.red, "x") == "x")
    }

    @Test("lets nothing from elsewhere command the terminal")
    func printable() {
        #expect(Printable.text("a\u{1B}[2Jb\u{7}\u{9B}c\n\td\r") == "a[2Jbc\n\td")
        #expect(Printable.line("a\nb\tc") == "a b c")
        #expect(Printable.text("naïve 日本 👩‍👩‍👧") == "naïve 日本 👩‍👩‍👧")
    }

    @Test("says quantities as people do")
    func units() {
        let sizes: [Double] = [0, 512, 1023.6, 1024, 1536, 10_240, 1_048_576, 4_563_402_752]
        #expect(sizes.map(Units.bytes) == ["0 B", "512 B", "1 KiB", "1 KiB", "1.5 KiB", "10 KiB", "1 MiB", "4.3 GiB"])
        let counts: [Double] = [950, 1_500_000_000, 7_000_000_000, 722_000]
        #expect(counts.map(Units.count) == ["950", "1.5B", "7B", "722K"])
        let spans: [Double] = [0.44, 6, 9.96, 59.6, 200, 3_600, 18_120, 273_600]
        #expect(spans.map(Units.span) == ["0.4s", "6s", "10s", "1m", "3m 20s", "1h", "5h 2m", "3d 4h"])
        #expect(Units.span(.infinity) == "?" && Units.span(-1) == "?")
        #expect([1, 61, 90_000].map(Units.ago) == ["now", "1m ago", "1d ago"])
        #expect(Units.fixed(-1.25, 1) == "-1.3" && Units.fixed(3, 0) == "3" && Units.fixed(0.05, 2) == "0.05")
        #expect(Units.fixed(.nan, 1) == "?")
    }

    @Test("aligns tables, and fits them into the width")
    func table() {
        var table = TextTable([
            .init("NAME", minimum: 6), .init("N", numeric: true), .init("EXTRA", importance: 1),
            .init("NONE", importance: 2),
        ])
        table.rows = [["a-long-name", "7", "x", ""], [.init("b", .red), "123", "y", ""]]
        #expect(
            table.lines(width: nil, style: plain) == [
                "NAME           N  EXTRA", "a-long-name    7  x", "b            123  y",
            ]
        )
        #expect(table.lines(width: 19, style: plain) == ["NAME       N  EXTRA", "a-long…    7  x", "b        123  y"])
        #expect(table.lines(width: 12, style: plain) == ["NAME       N", "a-long…    7", "b        123"])
        #expect(table.lines(width: 3, style: plain)[0].count == 11)
        let coloured = Style(isTerminal: true, environment: [:])
        #expect(table.lines(width: nil, style: coloured)[2].contains("\u{1B}[31mb          \u{1B}[0m"))
    }

    @Test("shows progress in the room that there is")
    func progress() {
        #expect(ProgressBar.bar(0.5, width: 4) == "██  ")
        #expect(ProgressBar.bar(0.6, width: 4) == "██▍ ")
        #expect(ProgressBar.bar(1.5, width: 3) == "███" && ProgressBar.bar(.nan, width: 2) == "  ")
        let wide = ProgressBar.download("m", done: 536_870_912, total: 1_073_741_824, rate: 1_048_576, width: 100)
        #expect(wide.hasPrefix("m  50 % ▕████") && wide.hasSuffix("▏ 512 MiB of 1 GiB  1 MiB/s  8m 32s left"))
        for width in 20...120 {
            let line = ProgressBar.download("user/repo:Q4_K_M", done: 1, total: 3e9, rate: 12, width: width)
            #expect(DisplayWidth.of(line) <= width, "\(width): \(line)")
        }
        #expect(ProgressBar.download("m", done: 5, total: 0, rate: nil, width: 80).contains("5 B"))
    }

    @Test("tells a rate over the last seconds")
    func rate() {
        var meter = RateMeter(window: .seconds(4))
        meter.add(0, at: .zero)
        #expect(meter.rate == nil)
        meter.add(100, at: .seconds(1))
        #expect(meter.rate == 100)
        for second in 2...10 { meter.add(100 + 10 * Double(second), at: .seconds(second)) }
        #expect(meter.rate == 10)
        meter.add(0, at: .seconds(11))
        #expect(meter.rate == nil)
    }
}
