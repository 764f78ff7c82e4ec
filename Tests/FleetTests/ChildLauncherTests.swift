// SPDX-License-Identifier: MIT

import Fleet
import Foundation
import TestKit
import Testing
import Wire

/// Real children. What hangs is ended by the time limit; nothing sleeps to see what happens.
@Suite(.timeLimit(.minutes(5))) struct ChildLauncherTests {
    @Test func eventsAreReportedAndOtherLinesAreLogged() async throws {
        let child = try ChildFixture(
            """
            echo '{"event":"loading","progress":0.5}'
            echo 'chatter on stdout'
            echo 'chatter on stderr' >&2
            echo '\(ChildFixture.readyLine)'
            read command
            echo "$command" >&2
            """
        )
        #expect(await child.ready.wait() == .unix(path: child.launcher.runtimeDirectory.socketPath(WorkerID(7))))
        #expect(child.events.first == .loading(progress: 0.5))
        child.process.kill()
        #expect(await child.exit.wait() == .signaled(9))
        #expect(Set(child.log).isSuperset(of: ["chatter on stdout", "chatter on stderr"]))
    }

    @Test func stopIsACommandToAWorkerThatSpeaks() async throws {
        let child = try ChildFixture(
            """
            echo '\(ChildFixture.readyLine)'
            read command
            echo "got $command" >&2
            exit 4
            """
        )
        _ = await child.ready.wait()
        child.process.stop()
        #expect(await child.exit.wait() == .exited(code: 4))
        #expect(child.log.contains("got {\"command\":\"stop\"}"))
    }

    @Test func stopIsATermSignalToAWorkerThatDoesNot() async throws {
        let child = try ChildFixture("echo $$; exec sleep 1000")
        child.process.stop()
        #expect(await child.exit.wait() == .signaled(15))
    }

    @Test func oneThatIgnoresStopIsKilled() async throws {
        let child = try ChildFixture(
            """
            trap '' TERM
            echo '\(ChildFixture.readyLine)'
            while true; do read line; sleep 0.01; echo '{"event":"failed","reason":"still here"}'; done
            """
        )
        _ = await child.ready.wait()
        child.process.stop()
        #expect(await child.failed.wait() == "still here")
        child.process.kill()
        #expect(await child.exit.wait() == .signaled(9))
    }

    @Test(arguments: [("kill -KILL $$", 9), ("kill -ABRT $$", 6), ("kill -SEGV $$", 11)] as [(String, Int32)])
    func deathBySignalIsReported(script: String, signal: Int32) async throws {
        let child = try ChildFixture("echo last words >&2; \(script)")
        #expect(await child.exit.wait() == .signaled(signal))
        #expect(child.log == ["last words"])
    }

    @Test func aFailureAndTheExitAfterItAreBothReported() async throws {
        let child = try ChildFixture("echo '{\"event\":\"failed\",\"reason\":\"no room\"}'; exit 3")
        #expect(await child.exit.wait() == .exited(code: 3))
        #expect(child.events == [.failed(reason: "no room")])
    }

    @Test func theLastLinesBeforeAnExitArrive() async throws {
        let child = try ChildFixture("seq 1 5000 >&2; printf 'no line end' >&2; exit 1")
        #expect(await child.exit.wait() == .exited(code: 1))
        #expect(child.log.suffix(2) == ["5000", "no line end"])
        #expect(child.log.count == 200)
    }

    @Test func aTenMegabyteLineCostsNeitherMemoryNorTheNextEvent() async throws {
        let child = try ChildFixture(
            """
            head -c 10000000 /dev/zero | tr '\\0' x
            echo
            head -c 10000000 /dev/zero | tr '\\0' y >&2
            echo >&2
            echo '\(ChildFixture.readyLine)'
            read line
            """
        )
        _ = await child.ready.wait()
        child.process.kill()
        _ = await child.exit.wait()
        #expect(child.log.count == 2)
        #expect(child.log.allSatisfy { $0.utf8.count < 5_000 })
    }

    @Test func aGrandchildThatHoldsThePipesDoesNotHoldUpTheExit() async throws {
        let child = try ChildFixture("sleep 1000 & echo $! >&2; exit 3")
        #expect(await child.exit.wait() == .exited(code: 3))
        let grandchild = try #require(child.log.first.flatMap { pid_t($0) })
        #expect(await ChildFixture.isGone(grandchild))
    }

    @Test func aGrandchildThatWritesForEverDoesNotHoldUpTheExit() async throws {
        let child = try ChildFixture("yes & echo $! >&2; exit 0")
        #expect(await child.exit.wait() == .exited(code: 0))
    }

    @Test func killEndsTheWholeGroup() async throws {
        let child = try ChildFixture(
            """
            sleep 1000 >/dev/null 2>&1 &
            echo $! >&2
            echo '\(ChildFixture.readyLine)'
            wait
            """
        )
        _ = await child.ready.wait()
        child.process.kill()
        #expect(await child.exit.wait() == .signaled(9))
        let grandchild = try #require(child.log.first.flatMap { pid_t($0) })
        #expect(await ChildFixture.isGone(grandchild))
    }

    @Test func closedOutputsAreNoExit() async throws {
        let child = try ChildFixture("exec >&- 2>&-; read line; exit 5")
        // The end of both streams closes the child's input, which tells it to go.
        #expect(await child.exit.wait() == .exited(code: 5))
    }

    @Test func aProgramThatIsNotThereIsAnExit() async throws {
        let child = try ChildFixture("", program: "/nonexistent/enginehouse-worker")
        guard case .notStarted(let reason) = await child.exit.wait() else {
            Issue.record("it started")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func stopAndKillBeforeTheStartAreNotLost() async throws {
        for demand in [0, 1] {
            let child = try ChildFixture("read line; sleep 1000")
            if demand == 0 { child.process.stop() } else { child.process.kill() }
            let exit = await child.exit.wait()
            #expect(exit == .signaled(demand == 0 ? 15 : 9))
        }
    }

    @Test func theWorkerGetsASessionOfItsOwnAndNoSecrets() async throws {
        let child = try ChildFixture(
            """
            env >&2
            echo "args $*" >&2
            set -- $(cat /proc/$$/stat)
            [ "$1" = "$5" ] && [ "$1" = "$6" ] && echo 'leads its session' >&2
            """,
            environment: [
                "PATH": "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES": "0", "HF_TOKEN": "hush", "LLAMA_API_KEY": "hush",
                "GGML_KEY": "hush", "OTHER": "hush",
            ]
        )
        #expect(await child.exit.wait() == .exited(code: 0))
        #expect(child.log.contains("leads its session"))
        #expect(child.log.contains("CUDA_VISIBLE_DEVICES=0"))
        #expect(!child.log.contains { $0.contains("hush") })
        let socket = child.launcher.runtimeDirectory.path + "/w7.sock"
        let arguments = try #require(child.log.first { $0.hasPrefix("args ") })
        #expect(arguments.hasSuffix("--alias a model --host \(socket) --common 1"))
    }

    /// What a broken or hostile worker may say (D14): the router goes on, and knows what it did.
    @Test(
        arguments: [
            (#"{"event":"loading","progress":1e308}"#, "'progress' is 1e+308"),
            (#"{"event":"ready","version":1,"address":"unix:/run/docker.sock"}"#, "listens on unix:/run/docker.sock"),
            (#"{"event":"ready","version":1,"address":"http://10.0.0.1:80"}"#, "listens on http://10.0.0.1:80"),
            (#"{"event":"ready","version":1}"#, "names no address"),
        ]
    )
    func whatBreaksTheRulesIsAnOffence(line: String, what: String) async throws {
        let child = try ChildFixture("echo '\(line)'; read line")
        let offence = await child.offended.wait()
        #expect(offence.contains(what), "\(offence)")
        child.process.kill()
        #expect(await child.exit.wait() == .signaled(9))
    }

    @Test func anEventWithoutEndIsAnOffence() async throws {
        let child = try ChildFixture(
            """
            printf '{"event":"ready","model":"'
            head -c 2000000 /dev/zero | tr '\\0' x
            echo '"}'; read line
            """
        )
        #expect(await child.offended.wait().contains("bytes"))
        child.process.kill()
        _ = await child.exit.wait()
    }

    @Test func aPathThatIsNoSocketIsAnOffence() async throws {
        let child = try ChildFixture("rm \"$6\"; : > \"$6\"; echo '\(ChildFixture.readyLine)'; read line")
        #expect(await child.offended.wait().contains("is no socket"))
        child.process.kill()
        _ = await child.exit.wait()
    }

    /// Somebody cleans the folder of temporary files (D3).
    @Test func aSocketThatIsRemovedIsReported() async throws {
        let child = try ChildFixture("echo '\(ChildFixture.readyLine)'; read line")
        _ = await child.ready.wait()
        #expect(child.launcher.problem == nil)
        #expect(child.launcher.isReachable(WorkerID(7)))
        try FileManager.default.removeItem(atPath: child.launcher.runtimeDirectory.path)
        await child.cutOff.wait()
        #expect(!child.launcher.isReachable(WorkerID(7)))
        #expect(child.launcher.problem?.contains("sockets of 1 workers are gone") == true)
        child.process.kill()
        _ = await child.exit.wait()
        #expect(child.launcher.problem == nil)
        #expect(FileManager.default.fileExists(atPath: child.launcher.runtimeDirectory.path))
    }

    @Test func whatAWorkerWritesCanForgeNoLine() async throws {
        let child = try ChildFixture("printf 'red \\033[31m\\rgone\\n' >&2; exit 0")
        _ = await child.exit.wait()
        #expect(child.log == ["red \\u{1B}[31m\\rgone"])
    }

    @Test func noZombieIsLeft() async throws {
        let child = try ChildFixture("echo $$ >&2; exit 0")
        _ = await child.exit.wait()
        let pid = try #require(child.log.first.flatMap { pid_t($0) })
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(pid)"))
    }
}
