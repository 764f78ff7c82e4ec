// SPDX-License-Identifier: MIT

package import Catalogue
package import Fleet
import Synchronization
package import Wire

/// A launcher without processes.
package final class FakeLauncher: WorkerLauncher {
    /// What its workers do by themselves.
    package enum Behaviour: Sendable {
        /// Nothing: the test says when they are ready and when they exit.
        case manual
        /// They exit when they are asked to; the test says when they are ready.
        case obedient
        /// They are ready within the call that launches them, at the endpoint given, and exit when they are asked to.
        case automatic(@Sendable (LaunchOrder) -> WorkerEndpoint)
        /// They can't be started.
        case broken(reason: String)
    }

    private struct State {
        var workers: [FakeWorker] = []
        var gates: [Int: Gate<FakeWorker>] = [:]
        var isShutDown = false
    }
    private let behaviour: Behaviour
    private let state = Mutex(State())

    package init(_ behaviour: Behaviour = .manual) {
        self.behaviour = behaviour
    }

    /// All workers so far, in the order of their launch.
    package var workers: [FakeWorker] { state.withLock { $0.workers } }

    /// The last worker of a model.
    package func worker(of model: String) -> FakeWorker? { workers.last { $0.model == model } }

    /// Whether any worker was stopped or killed while it served.
    package var stoppedWhileServing: Bool { workers.contains { $0.wasStoppedWhileServing } }

    package var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Waits for the launch with that number, counted from 0.
    package func launch(_ number: Int) async -> FakeWorker {
        let gate = state.withLock { state in
            let gate = state.gates[number] ?? Gate()
            state.gates[number] = gate
            if number < state.workers.count { gate.open(state.workers[number]) }
            return gate
        }
        return await gate.wait()
    }

    package func launch(
        _ order: LaunchOrder,
        report: @escaping @Sendable (WorkerNews) -> Void
    ) -> any WorkerProcess {
        let isManual = if case .manual = behaviour { true } else { false }
        let worker = FakeWorker(order: order, exitsWhenAsked: !isManual, report: report)
        let gate = state.withLock { state in
            state.workers.append(worker)
            return state.gates[state.workers.count - 1]
        }
        gate?.open(worker)
        switch behaviour {
        case .manual, .obedient: break
        case .automatic(let endpoint): worker.ready(at: endpoint(order))
        case .broken(let reason): worker.exit(.notStarted(reason))
        }
        return worker
    }

    package func commandLine(for entry: ModelEntry, arguments: [String], worker: WorkerID?) -> [String] {
        ["enginehouse-worker", "-m", entry.path, "--alias", entry.id] + arguments
    }

    package func shutdown() {
        state.withLock { $0.isShutDown = true }
    }
}
