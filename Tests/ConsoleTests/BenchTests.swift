// SPDX-License-Identifier: MIT

import Console
import Testing
import Wire

@Suite("Measurements")
struct BenchTests {
    private func sample(_ rate: Double, first: Double, last: Double) -> BenchSample {
        BenchSample(
            promptRate: 10 * rate,
            generationRate: rate,
            promptTokens: 8,
            generatedTokens: 11,
            first: first,
            last: last
        )
    }

    @Test("have a mean and a deviation")
    func figure() throws {
        let figure = try #require(BenchFigure([1, 2, 3]))
        #expect(figure.mean == 2 && figure.deviation == 1 && figure.least == 1 && figure.most == 3)
        #expect(BenchFigure([]) == nil && BenchFigure([4])?.deviation == 0)
    }

    @Test("of several streams are summed over their common time")
    func report() throws {
        let run = [sample(100, first: 1, last: 2), sample(50, first: 1.5, last: 3)]
        let report = BenchReport(model: "m", runs: [run, run])
        #expect(report.together?.mean == 10.5 && report.generation?.mean == 75 && report.firstToken?.mean == 1.25)
        #expect(report.title == "m: prompt of 8 tokens, answer of 11, 2 streams, 2 runs")
        #expect(report.table.rows.count == 4 && report.json["concurrency"] == 2)
        #expect(BenchReport(model: "m", runs: [[run[0]]]).table.rows.count == 3)
    }

    @Test("are read from what a worker tells")
    func timings() {
        let timings: JSONValue = [
            "prompt_n": 5, "predicted_n": 6, "prompt_per_second": 7.5, "predicted_per_second": 8.5,
        ]
        #expect(BenchSample(timings: timings, first: 1, last: 2)?.generationRate == 8.5)
        #expect(BenchSample(timings: timings, first: nil, last: 2) == nil)
        #expect(BenchSample(timings: [:], first: 1, last: 2) == nil)
    }
}
