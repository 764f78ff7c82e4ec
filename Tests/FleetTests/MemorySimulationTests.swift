// SPDX-License-Identifier: MIT

import Fleet
import TestKit
import Testing

/// What counting bytes brings: an hour of traffic on one GPU, against counting models as llama-server does.
@Suite("An hour of traffic on a device's memory") struct MemorySimulationTests {
    private static let gigabyte: Int64 = 1 << 30

    /// Models of half a gigabyte to 40, asked for as Zipf says; the order of sizes has nothing to do with that of wishes.
    private static let sizes: [String: Int64] = {
        var random = SeededGenerator(seed: 24)
        let sizes: [Double] = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 12, 14, 16, 18, 20, 22, 24, 27, 30, 35, 40]
        return Dictionary(
            uniqueKeysWithValues: sizes.shuffled(using: &random).enumerated().map {
                ("m\($0)", Int64($1 * Double(gigabyte)))
            }
        )
    }()

    private func run(
        _ name: String,
        budget: Int64,
        sizes: [String: Int64],
        clients: [FleetSimulation.Client],
        seed: UInt64,
        modelsMax: Int? = nil
    ) -> FleetSimulation.Outcome {
        var settings = FleetSettings()
        settings.requestsPerWorker = 4
        settings.queueTimeout = .seconds(36_000)
        settings.modelsMax = modelsMax ?? 0
        settings.memory.reserve = 0
        // Counting looks at no bytes.
        if modelsMax != nil { settings.memory.policy = .share }
        var machine = MachineModel(totals: [("gpu0", budget)])
        machine.models = sizes.mapValues { ["gpu0": $0] }
        var simulation = FleetSimulation(
            machine: machine,
            clients: clients,
            // 1.5 s for the process and its device, and 3 GB/s.
            loadSeconds: { 1.5 + Double(sizes[$0] ?? 0) / 3e9 },
            settings: settings,
            seed: seed
        )
        let outcome = simulation.run(seconds: 3_600)
        #expect(simulation.world.violations == [])
        #expect(outcome.rejected == 0)
        print(
            "| \(name) | \(budget / Self.gigabyte) GiB | \(outcome.served) | \(outcome.loads) loads "
                + "| p95 \(Int(outcome.p95)) s | longest \(Int(outcome.longest)) s |"
        )
        return outcome
    }

    private func zipf() -> [FleetSimulation.Client] {
        let weights = (1...24).map { 1 / Double($0) }
        let total = weights.reduce(0, +)
        return (0..<6).map { _ in
            .init(
                choose: { _, random in
                    var left = Double.random(in: 0..<total, using: &random)
                    for (index, weight) in weights.enumerated() {
                        left -= weight
                        if left < 0 { return "m\(index)" }
                    }
                    return "m0"
                },
                service: 3,
                think: 10
            )
        }
    }

    @Test("under Zipf traffic at most 0.8 of the loads that a count needs that is as safe")
    func loads() {
        var counted = 0.0
        var bytes = 0.0
        for budget in [48, 64, 80, 96] as [Int64] {
            for seed in 1...3 as ClosedRange<UInt64> {
                // So many of the largest fit.
                let safe = run(
                    "count",
                    budget: budget * Self.gigabyte,
                    sizes: Self.sizes,
                    clients: zipf(),
                    seed: seed,
                    modelsMax: Int(budget / 40)
                )
                counted += Double(safe.loads) / Double(safe.served)
                let outcome = run(
                    "bytes",
                    budget: budget * Self.gigabyte,
                    sizes: Self.sizes,
                    clients: zipf(),
                    seed: seed
                )
                bytes += Double(outcome.loads) / Double(outcome.served)
                #expect(outcome.longest < 240)
            }
        }
        print("| loads for each answer, bytes / count | \(bytes / counted) |")
        #expect(bytes <= 0.8 * counted)
    }

    @Test("two models with room for one alternate: each request costs a load and nothing else")
    func alternates() {
        let agent = FleetSimulation.Client(
            choose: { round, _ in round.isMultiple(of: 2) ? "a" : "b" },
            service: 5,
            think: 0.5
        )
        let sizes = ["a": 8 * Self.gigabyte, "b": 8 * Self.gigabyte]
        let outcome = run("two", budget: 12 * Self.gigabyte, sizes: sizes, clients: [agent], seed: 1)
        #expect(outcome.loads <= outcome.served + 1)
        #expect(outcome.longest < 1.5 + 8.6 / 3 + 0.7)
    }
}
