// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse bench`
struct BenchCommand {
    let context: CommandContext
    let router: RouterClient

    /// What prompts are made of.
    private static let text = """
        The yard lay quiet before dawn. A single engine waited under the signal bridge while its crew read the orders for the day, \
        checked the couplings by the light of a lantern, and listened for the first train of the morning. Every track led somewhere: \
        to the harbour, the mill, the quarry, the town behind the hills. Whoever set the points decided which.
        """

    func run() async throws {
        let model = try await router.model(named: context.word)
        guard let report = try await Interrupt.race({ try await measure(model) }) else {
            throw ConsoleError("stopped before the end; nothing is told of half a measurement")
        }
        if context.writesJSON { return context.write(report.json) }
        context.output.line(report.title)
        context.output.table(report.table)
    }

    private func measure(_ model: ModelFacts) async throws -> BenchReport {
        if model.status != "loaded" {
            if model.status == "unloaded" || model.status == "failed" {
                _ = try await router.json(.post, "/models/load", body: ["model": .string(model.id)])
            }
            try await LoadWait(router: router, model: model.id, environment: context.environment).run()
        }
        let generated = context.invocation.integer(.generatedTokens) ?? 128
        let tokens = try await prompt(model.id, generated: generated)
        let streams = context.invocation.integer(.concurrency) ?? 1
        let repetitions = context.invocation.integer(.repetitions) ?? 3
        var status = StatusLine(environment: context.environment)
        defer { status.clear() }
        var runs: [[BenchSample]] = []
        for number in 0...repetitions {
            status.show(number == 0 ? "warming up" : "run \(number) of \(repetitions)")
            let run = try await run(model.id, tokens, generated: generated, streams: streams, number: number)
            if number > 0 { runs.append(run) }
        }
        return BenchReport(model: model.id, runs: runs)
    }

    /// A prompt as long as was asked for, if the context has room for it and the answer.
    private func prompt(_ model: String, generated: Int) async throws -> [JSONValue] {
        let properties = try await router.json(.get, "/props?model=\(RouterAddress.escaped(model))")
        let room = properties["default_generation_settings"]?["n_ctx"]?.integer.map { Int(clamping: $0) } ?? Int.max
        let count = min(context.invocation.integer(.promptTokens) ?? 512, room - generated - 1)
        guard count > 0 else {
            throw ConsoleError("an answer of \(generated) tokens doesn't fit the context of \(room); give a smaller -n")
        }
        let answer = try await router.json(
            .post,
            "/tokenize",
            body: ["model": .string(model), "content": .string(Self.text)]
        )
        guard let tokens = answer["tokens"]?.array, !tokens.isEmpty else {
            throw ConsoleError("\(model) makes no tokens of text; bench is for models that generate")
        }
        return (0..<count).map { tokens[$0 % tokens.count] }
    }

    private func run(
        _ model: String,
        _ tokens: [JSONValue],
        generated: Int,
        streams: Int,
        number: Int
    ) async throws -> [BenchSample] {
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: BenchSample.self) { group in
            for stream in 0..<streams {
                // Each prompt begins differently, so that none is spared work by another.
                let shift = (number * streams + stream) * 7 % tokens.count
                let prompt = Array(tokens[shift...] + tokens[..<shift])
                group.addTask { try await sample(model, prompt, generated: generated, start: start) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func sample(
        _ model: String,
        _ prompt: [JSONValue],
        generated: Int,
        start: ContinuousClock.Instant
    ) async throws -> BenchSample {
        let body: JSONValue = [
            "model": .string(model), "prompt": .array(prompt), "n_predict": .integer(Int64(generated)), "stream": true,
            "cache_prompt": false, "ignore_eos": true, "temperature": 0,
        ]
        var first: Double?
        var timings: JSONValue?
        try await router.lines(.post, "/completion", body: body) { line in
            guard let data = EventLines.data(of: line), let event = try? JSONValue(parsing: data) else { return true }
            if let reason = event["error"]?["message"]?.string { throw ConsoleError(Printable.line(reason)) }
            first = first ?? (ContinuousClock.now - start) / .seconds(1)
            timings = event["timings"] ?? timings
            return true
        }
        let last = (ContinuousClock.now - start) / .seconds(1)
        guard let sample = BenchSample(timings: timings, first: first, last: last) else {
            throw ConsoleError("\(model) told no timings")
        }
        return sample
    }
}
