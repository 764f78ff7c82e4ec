// SPDX-License-Identifier: MIT

import Fleet
import Foundation
import TestKit

/// Hours of traffic through the real `FleetState` in milliseconds: simulated workers load, serve and exit, simulated
/// clients ask and wait. Figures rank policies; they don't predict a machine.
struct FleetSimulation {
    /// A client that asks, waits for its answer, thinks, and asks again.
    struct Client {
        /// The models that it asks for, in turn or by chance.
        let choose: (_ round: Int, _ random: inout SeededGenerator) -> String
        /// Seconds that one request keeps a slot busy, on average.
        let service: Double
        /// Seconds between an answer's end and the next question, on average.
        let think: Double
    }

    /// What came out, in the columns of the scheduling policy's tables.
    struct Outcome {
        var served = 0
        var rejected = 0
        var loads = 0
        /// Seconds from question to grant or rejection, in ascending order.
        var waits: [Double] = []

        var p95: Double { waits.isEmpty ? 0 : waits[min(waits.count * 95 / 100, waits.count - 1)] }
        var longest: Double { waits.last ?? 0 }
    }

    private enum Event {
        case ask(client: Int)
        case ready(WorkerID)
        case exit(WorkerID)
        case end(WorkerID, client: Int)
        case look
        case measured(String)
    }

    private struct Question {
        let client: Int
        let since: Double
    }

    private(set) var world: FleetWorld
    private let clients: [Client]
    private let loadSeconds: (String) -> Double
    private var random: SeededGenerator
    /// What happens next, latest first.
    private var events: [(time: Double, event: Event)] = []
    private var questions: [Ticket: Question] = [:]
    private var rounds: [Int]
    private var now = 0.0
    private var seenActions = 0
    private var outcome = Outcome()

    init(models: [String], clients: [Client], loadSeconds: Double, settings: FleetSettings, seed: UInt64 = 1) {
        let states = models.map { ($0, FleetState.Model()) }
        world = FleetWorld(models: Dictionary(uniqueKeysWithValues: states), settings: settings)
        self.clients = clients
        self.loadSeconds = { _ in loadSeconds }
        random = SeededGenerator(seed: seed)
        rounds = clients.map { _ in 0 }
    }

    /// A simulation in which bytes matter.
    /// - Parameter loadSeconds: how long a model's load takes.
    init(
        machine: MachineModel,
        clients: [Client],
        loadSeconds: @escaping (String) -> Double,
        settings: FleetSettings,
        seed: UInt64
    ) {
        let states = machine.models.mapValues { FleetState.Model(guessBytes: $0.values.reduce(0, +)) }
        world = FleetWorld(models: states, settings: settings)
        world.machine = machine
        self.clients = clients
        self.loadSeconds = loadSeconds
        random = SeededGenerator(seed: seed)
        rounds = clients.map { _ in 0 }
        world.look()
        seenActions = world.actions.count
    }

    /// Runs until that time; what still waits then counts as waiting until then.
    mutating func run(seconds: Double) -> Outcome {
        for client in clients.indices { plan(.ask(client: client), in: .random(in: 0...1, using: &random)) }
        while now < seconds {
            // A wake-up may plan what comes before the next event, or be all that is to come.
            let wake = world.wakeAt.map { max($0 / .seconds(1), now) } ?? seconds
            guard let next = events.last, next.time <= wake else {
                // Not a rounding error too early.
                advance(to: min(wake + 1e-6, seconds))
                continue
            }
            guard next.time <= seconds else { break }
            events.removeLast()
            advance(to: next.time)
            happen(next.event)
            follow()
        }
        advance(to: seconds)
        for question in questions.values { outcome.waits.append(seconds - question.since) }
        outcome.waits.sort()
        outcome.loads = world.launches.count
        return outcome
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .ask(let client):
            let model = clients[client].choose(rounds[client], &random)
            rounds[client] += 1
            let ticket = world.request(model)
            questions[ticket] = Question(client: client, since: now)
        case .ready(let worker):
            world.ready(worker)
        case .exit(let worker):
            world.exit(worker)
        case .end(let worker, let client):
            world.endLease(worker)
            plan(.ask(client: client), in: exponential(clients[client].think))
        case .look:
            if world.isLooking { world.look() }
        case .measured(let model):
            world.measure(model)
        }
    }

    /// Lets time pass, from one wake-up that falls into it to the next.
    private mutating func advance(to time: Double) {
        let end = Duration.seconds(time)
        while let wake = world.wakeAt, wake <= end {
            now = max(now, wake / .seconds(1))
            world.pass(max(wake - world.now, .zero))
            follow()
        }
        world.pass(end - world.now)
        now = time
    }

    /// Plans what comes of the state's latest actions.
    private mutating func follow() {
        for action in world.actions[seenActions...] {
            switch action {
            case .launch(let worker, let model):
                plan(.ready(worker), in: loadSeconds(model))
            case .look where world.machine != nil:
                plan(.look, in: 0.005)
            case .measure(let model):
                plan(.measured(model), in: 0.3)
            case .terminate(let worker):
                plan(.exit(worker), in: 0.3)
            case .grant(let ticket, let worker, _):
                guard let question = answer(ticket) else { continue }
                outcome.served += 1
                plan(.end(worker, client: question.client), in: exponential(clients[question.client].service))
            case .reject(let ticket, _):
                guard let question = answer(ticket) else { continue }
                outcome.rejected += 1
                plan(.ask(client: question.client), in: exponential(clients[question.client].think))
            case .download, .kill, .threads, .examine, .wake, .publish, .look, .readAhead, .cache, .stored:
                break
            }
        }
        seenActions = world.actions.count
    }

    private mutating func answer(_ ticket: Ticket) -> Question? {
        guard let question = questions.removeValue(forKey: ticket) else { return nil }
        outcome.waits.append(now - question.since)
        return question
    }

    private mutating func plan(_ event: Event, in seconds: Double) {
        let time = now + seconds
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].time > time { low = middle + 1 } else { high = middle }
        }
        events.insert((time, event), at: low)
    }

    /// An exponentially distributed time.
    private mutating func exponential(_ mean: Double) -> Double {
        -log(Double.random(in: Double.ulpOfOne...1, using: &random)) * mean
    }
}
