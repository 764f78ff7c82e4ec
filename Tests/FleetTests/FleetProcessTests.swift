// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Foundation
import Logging
import TestKit
import Testing
import Wire

/// The shell with real child processes, which are scripts.
@Suite(.timeLimit(.minutes(5))) struct FleetProcessTests {
    /// Serves until it is told to stop; writes its process id into the log.
    private static let obedient = """
        echo $$
        echo '{"event":"loading","progress":0.5}'
        echo '\(ChildFixture.readyLine)'
        read command
        exit 0
        """

    private func makeFleet(_ scripts: [String: String], modelsMax: Int) throws -> Fleet {
        let directory = try RuntimeDirectory(environment: [:])
        for number in 1...9 { ChildFixture.makeSocket(at: directory.socketPath(WorkerID(UInt64(number)))) }
        var entries: [ModelEntry] = []
        for (id, script) in scripts {
            let path = "\(directory.path)/\(id).sh"
            try script.write(toFile: path, atomically: false, encoding: .utf8)
            entries.append(ModelEntry(id: id, source: .modelsDirectory, path: path))
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var settings = FleetSettings()
        settings.modelsMax = modelsMax
        return Fleet(
            catalogue: Catalogue(entries: entries),
            settings: settings,
            launcher: ChildLauncher(
                program: ChildFixture.program,
                environment: ["PATH": "/usr/bin:/bin"],
                runtimeDirectory: directory,
                logger: logger
            ),
            clock: ContinuousClock(),
            logger: logger
        )
    }

    private func lease(_ fleet: Fleet, _ name: String) async -> Result<Lease, FleetError> {
        let box = LeaseBox()
        _ = fleet.lease(name, completion: box.completion)
        return await box.answer.wait()
    }

    @Test func aSwitchBetweenTwoProcesses() async throws {
        let fleet = try makeFleet(["a": Self.obedient, "b": Self.obedient], modelsMax: 1)
        for name in ["a", "b", "a"] {
            let granted = try await lease(fleet, name).get()
            #expect(granted.model == name)
            #expect(granted.endpoint.description.hasSuffix("/\(granted.worker).sock"))
            #expect(fleet.models().count { $0.worker != nil } == 1)
            granted.end()
        }
        await fleet.shutdown(grace: .seconds(5))
        #expect(fleet.models().allSatisfy { $0.word == .unloaded && $0.failure == nil })
    }

    @Test func aKilledWorkerIsExplainedAndReplaced() async throws {
        let fleet = try makeFleet(["a": Self.obedient], modelsMax: 1)
        let first = try await lease(fleet, "a").get()
        let pid = try #require(fleet.status(of: "a")?.log.compactMap { pid_t($0) }.first)
        kill(pid, SIGKILL)
        let gate = Gate<FleetError>()
        first.reasonForLoss(within: .seconds(200)) { gate.open($0) }
        let loss = await gate.wait()
        #expect(loss.code == .workerLost)
        #expect(loss.message.contains("killed by signal 9 (SIGKILL)"))
        #expect(fleet.status(of: "a")?.failure?.exit == .signaled(9))
        let second = try await lease(fleet, "a").get()
        #expect(second.worker != first.worker)
        first.end()
        #expect(fleet.status(of: "a")?.inFlight == 1)
        second.end()
        await fleet.shutdown(grace: .seconds(5))
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(pid)"))
    }

    @Test func aFailedLoadTellsTheReasonAndKeepsTheLog() async throws {
        let script = """
            echo 'reading the header' >&2
            echo '{"event":"failed","reason":"the file is no model"}'
            exit 1
            """
        let fleet = try makeFleet(["a": script], modelsMax: 1)
        guard case .failure(let error) = await lease(fleet, "a") else {
            Issue.record("it was granted")
            return
        }
        #expect(error.message == "model name=a failed to load: the file is no model")
        await fleet.shutdown(grace: .zero)
        let failure = fleet.status(of: "a")?.failure
        #expect(failure?.exit == .exited(code: 1))
        #expect(failure?.logTail == ["reading the header"])
    }
}
