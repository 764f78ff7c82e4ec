// SPDX-License-Identifier: MIT

import Fleet
import TestKit
import Testing

/// The scenarios of the scheduling policy, an hour each, in the columns of its tables.
@Suite struct FleetSimulationTests {
    private typealias Client = FleetSimulation.Client

    /// When a busy model makes room.
    private enum Policy: String {
        /// Never, as in llama-server: a request waits until the model happens to be idle.
        case never = "never drain"
        case atOnce = "drain at once"
        case afterTwoLoads = "drain after 2 loads"
        /// Rule 6 as it is.
        case afterFourLoads = "drain after 4 loads"

        func settings(load: Double) -> FleetSettings {
            var settings = FleetSettings()
            settings.requestsPerWorker = 4
            // So that a wait shows how long it is.
            settings.queueTimeout = .seconds(36_000)
            switch self {
            case .never:
                settings.modelsQuantum = .seconds(36_000)
                settings.queueFairness = .seconds(36_000)
            case .atOnce: settings.modelsQuantum = .zero
            case .afterTwoLoads: settings.modelsQuantum = .seconds(2 * load)
            case .afterFourLoads: break
            }
            return settings
        }
    }

    private func run(
        _ name: String,
        _ policy: Policy = .afterFourLoads,
        models: [String],
        clients: [FleetSimulation.Client],
        load: Double,
        modelsMax: Int
    ) -> FleetSimulation.Outcome {
        var settings = policy.settings(load: load)
        settings.modelsMax = modelsMax
        var simulation = FleetSimulation(models: models, clients: clients, loadSeconds: load, settings: settings)
        let outcome = simulation.run(seconds: 3_600)
        #expect(simulation.world.violations == [])
        #expect(outcome.rejected == 0)
        print(
            "| \(name) | \(policy.rawValue) | \(outcome.served) | \(rounded(outcome.p95)) s "
                + "| \(rounded(outcome.longest)) s | \(outcome.loads) loads |"
        )
        return outcome
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }

    private func client(_ model: String, service: Double, think: Double) -> FleetSimulation.Client {
        Client(choose: { _, _ in model }, service: service, think: think)
    }

    @Test func aModelWithBusyClientsAndOneAskedForOnceAMinute() {
        let clients =
            (0..<8).map { _ in client("busy", service: 2, think: 0.1) } + [client("rare", service: 2, think: 60)]
        func run(_ policy: Policy) -> FleetSimulation.Outcome {
            self.run("busy neighbour", policy, models: ["busy", "rare"], clients: clients, load: 4, modelsMax: 1)
        }
        let never = run(.never)
        let drained = run(.afterFourLoads)
        // Without rule 6 somebody waits nearly for the whole hour; with it, for the quantum, what is in flight and a load.
        #expect(never.longest > 3_000)
        #expect(drained.longest < 45)
        #expect(Double(drained.served) > 0.8 * Double(never.served))
    }

    @Test func twoGroupsOfAgentsWithAModelEach() {
        let clients = ["a", "b"].flatMap { model in (0..<3).map { _ in client(model, service: 2, think: 1) } }
        func run(_ policy: Policy) -> FleetSimulation.Outcome {
            self.run("two groups", policy, models: ["a", "b"], clients: clients, load: 5, modelsMax: 1)
        }
        let never = run(.never)
        let atOnce = run(.atOnce)
        let early = run(.afterTwoLoads)
        let drained = run(.afterFourLoads)
        #expect(drained.longest < 60)
        #expect(drained.longest < never.longest)
        #expect(atOnce.served < early.served && early.served < drained.served)
        #expect(Double(drained.served) > 0.8 * Double(never.served))
    }

    @Test func groupsOfManyModelsWaitForOneAnotherInTurn() {
        // Five models that always have somebody, two places: each has to wait for several others.
        let models = (0..<5).map { "m\($0)" }
        let clients = models.flatMap { model in (0..<3).map { _ in client(model, service: 3, think: 0.5) } }
        let outcome = run("five groups, two places", models: models, clients: clients, load: 3, modelsMax: 2)
        #expect(outcome.longest < 120)
        #expect(outcome.served > 1_000)
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
        #expect(outcome.loads < outcome.served)
        #expect(outcome.longest < 120)
    }
}
