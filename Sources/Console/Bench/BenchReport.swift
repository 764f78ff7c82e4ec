// SPDX-License-Identifier: MIT

package import Wire

/// What was measured of a model: runs of so many streams at the same time.
package struct BenchReport: Sendable {
    package let model: String
    package let runs: [[BenchSample]]

    package init(model: String, runs: [[BenchSample]]) {
        self.model = model
        self.runs = runs
    }

    private var streams: Int { runs.first?.count ?? 0 }
    package var prompt: BenchFigure? { BenchFigure(runs.flatMap { $0.map(\.promptRate) }) }
    package var generation: BenchFigure? { BenchFigure(runs.flatMap { $0.map(\.generationRate) }) }
    /// Seconds until the first token.
    package var firstToken: BenchFigure? { BenchFigure(runs.flatMap { $0.map(\.first) }) }

    /// Tokens of all streams a second, from the first one's first token to the last one's last.
    package var together: BenchFigure? {
        BenchFigure(
            runs.compactMap { run in
                guard let first = run.map(\.first).min(), let last = run.map(\.last).max(), last > first else {
                    return nil
                }
                // The first token of the first stream opens the time, it doesn't fall into it.
                return Double(run.reduce(0) { $0 + $1.generatedTokens } - 1) / (last - first)
            }
        )
    }

    package var table: TextTable {
        var table = TextTable([
            .init("FIGURE"), .init("MEAN", numeric: true), .init("±", numeric: true), .init("LEAST", numeric: true),
            .init("MOST", numeric: true), .init("UNIT"),
        ])
        func add(_ name: String, _ figure: BenchFigure?, _ unit: String, by scale: Double = 1) {
            guard let figure else { return }
            func text(_ value: Double) -> TextTable.Cell {
                .init(Units.fixed(value * scale, abs(figure.mean * scale) < 1000 ? 1 : 0))
            }
            table.rows.append([
                .init(name), text(figure.mean), text(figure.deviation), text(figure.least), text(figure.most),
                .init(unit),
            ])
        }
        add("prompt", prompt, "tokens/s")
        add("generation", generation, streams > 1 ? "tokens/s of each stream" : "tokens/s")
        if streams > 1 { add("together", together, "tokens/s of \(streams) streams") }
        add("first token", firstToken, "ms", by: 1000)
        return table
    }

    package var title: String {
        let sample = runs.first?.first
        return
            "\(model): prompt of \(sample?.promptTokens ?? 0) tokens, answer of \(sample?.generatedTokens ?? 0), \(streams) "
            + "\(streams == 1 ? "stream" : "streams"), \(runs.count) \(runs.count == 1 ? "run" : "runs")"
    }

    package var json: JSONValue {
        let sample = runs.first?.first
        return [
            "model": .string(model),
            "prompt_tokens": .integer(Int64(sample?.promptTokens ?? 0)),
            "generated_tokens": .integer(Int64(sample?.generatedTokens ?? 0)),
            "concurrency": .integer(Int64(streams)),
            "repetitions": .integer(Int64(runs.count)),
            "prompt_tokens_per_second": prompt?.json ?? .null,
            "generated_tokens_per_second": generation?.json ?? .null,
            "together_tokens_per_second": together?.json ?? .null,
            "first_token_seconds": firstToken?.json ?? .null,
        ]
    }
}
