// SPDX-License-Identifier: MIT

import Fleet
import TestKit
import Testing

/// The scenarios of the scheduling policy, an hour each.
///
/// Without the quantum of rule 6 a busy model keeps its place: what bounds the wait behind it is the queue timeout.
@Suite struct FleetSimulationTests {
    private typealias Client = FleetSimulation.Client

    private func run(
        _ name: String,
        models: [String],
        clients: [FleetSimulation.Client],
        load: Double,
        modelsMax: Int
    ) -> FleetSimulation.Outcome {
        var settings = FleetSettings()
        settings.modelsMax = modelsMax
        settings.requestsPerWorker = 4
        var simulation = FleetSimulation(models: models, clients: clients, loadSeconds: load, settings: settings)
        let outcome = simulation.run(seconds: 3_600)
        #expect(simulation.world.violations == [])
        print(
            "\(name): served \(outcome.served), rejected \(outcome.rejected), loads \(outcome.loads), "
                + "p95 wait \(rounded(outcome.p95)) s, longest wait \(rounded(outcome.longest)) s"
        )
        return outcome
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }

    private func client(_ model: String, service: Double, think: Double) -> FleetSimulation.Client {
        Client(choose: { _, _ in model }, service: service, think: think)
    }

    @Test func aModelWithBusyClientsAndOneAskedForOnceAMinute() {
        let busy = (0..<8).map { _ in client("busy", service: 2, think: 0.1) }
        let outcome = run(
            "busy neighbour",
            models: ["busy", "rare"],
            clients: busy + [client("rare", service: 2, think: 60)],
            load: 4,
            modelsMax: 1
        )
        #expect(outcome.served > 5_000)
        #expect(outcome.rejected > 0)
        #expect(outcome.longest <= 600.001)
    }

    @Test func twoGroupsOfAgentsWithAModelEach() {
        let groups = ["a", "b"].flatMap { model in (0..<3).map { _ in client(model, service: 2, think: 2) } }
        let outcome = run("two groups", models: ["a", "b"], clients: groups, load: 5, modelsMax: 1)
        #expect(outcome.served > 1_000)
        #expect(outcome.longest <= 600.001)
    }

    @Test func anAgentThatAlternatesBetweenPlannerAndCoder() {
        let agent = Client(
            choose: { round, _ in round.isMultiple(of: 2) ? "planner" : "coder" },
            service: 5,
            think: 0.5
        )
        let outcome = run("alternating", models: ["planner", "coder"], clients: [agent], load: 4, modelsMax: 1)
        // Each request costs one load, 0.3 s for the exit before it, and nothing else.
        #expect(outcome.longest < 4.4)
        #expect(outcome.loads <= outcome.served + 1)
        #expect(outcome.rejected == 0)
    }

    @Test func manyModelsOfUnequalPopularity() {
        let models = (0..<24).map { "m\($0)" }
        // Zipf: the k-th model is asked for with a weight of 1/k.
        let weights = (1...24).map { 1 / Double($0) }
        let total = weights.reduce(0, +)
        let clients = (0..<6).map { _ in
            Client(
                choose: { _, random in
                    var left = Double.random(in: 0..<total, using: &random)
                    for (model, weight) in zip(models, weights) {
                        left -= weight
                        if left < 0 { return model }
                    }
                    return models[0]
                },
                service: 3,
                think: 10
            )
        }
        let outcome = run("Zipf", models: models, clients: clients, load: 6, modelsMax: 4)
        #expect(outcome.rejected == 0)
        #expect(outcome.loads < outcome.served)
        #expect(outcome.longest < 120)
    }
}
