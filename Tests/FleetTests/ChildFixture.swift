// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Foundation
import Logging
import Platform
import Synchronization
import TestKit
import Wire

/// A worker whose program is a shell script, and everything that was reported of it.
final class ChildFixture: Sendable {
    let order: LaunchOrder
    let launcher: ChildLauncher
    let process: any WorkerProcess
    /// Opens with the exit.
    let exit: Gate<WorkerExit>
    /// Opens with the first event of that kind.
    let ready: Gate<WorkerEndpoint>
    let failed: Gate<String>
    /// Opens with the first offence.
    let offended: Gate<String>
    /// Opens when the worker can't be reached any more.
    let cutOff: Gate<Void>

    private let seen: Events

    private final class Events: Sendable {
        let all = Mutex<[WorkerEvent]>([])
    }

    /// The program of all fixtures: it runs the script that is given as the model. Written once, before any process is
    /// started, since a file can't be run while somebody holds it open for writing.
    static let program: String = {
        let path = NSTemporaryDirectory() + "enginehouse-test-worker-\(UUID().uuidString).sh"
        let isWritten = FileManager.default.createFile(
            atPath: path,
            contents: Data("#!/bin/sh\n. \"$2\"\n".utf8),
            attributes: [.posixPermissions: 0o700]
        )
        precondition(isWritten, "\(path) could not be written")
        atexit { unlink(ChildFixture.program) }
        return path
    }()

    /// - Parameters:
    ///   - script: What the worker does; a POSIX shell's commands.
    ///   - environment: The router's environment, which is filtered.
    init(
        _ script: String,
        program: String? = nil,
        keepsStandby: Bool = false,
        environment: [String: String] = ["PATH": "/usr/bin:/bin"]
    ) throws {
        let directory = try RuntimeDirectory(environment: [:])
        Self.makeSocket(at: directory.socketPath(WorkerID(7)))
        let path = directory.path + "/script"
        try script.write(toFile: path, atomically: false, encoding: .utf8)
        launcher = ChildLauncher(
            program: program ?? Self.program,
            environment: environment,
            runtimeDirectory: directory,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            keepsStandby: keepsStandby,
            watchInterval: .milliseconds(5)
        )
        let entry = ModelEntry(id: "a model", source: .modelsDirectory, path: path)
        order = LaunchOrder(worker: WorkerID(7), entry: entry, arguments: ["--common", "1"], log: LogRing())
        let exit = Gate<WorkerExit>()
        let ready = Gate<WorkerEndpoint>()
        let failed = Gate<String>()
        let offended = Gate<String>()
        let cutOff = Gate<Void>()
        let seen = Events()
        self.exit = exit
        self.ready = ready
        self.failed = failed
        self.offended = offended
        self.cutOff = cutOff
        self.seen = seen
        process = launcher.launch(order) { news in
            switch news {
            case .event(let event):
                seen.all.withLock { $0.append(event) }
                if case .ready(let address, _, _) = event { ready.open(address) }
                if case .failed(let reason, _) = event { failed.open(reason) }
            case .offence(let offence):
                offended.open(offence.description)
            case .cutOff:
                cutOff.open()
            case .exited(let how):
                exit.open(how)
            }
        }
    }

    deinit { _ = launcher.runtimeDirectory.remove() }

    var events: [WorkerEvent] { seen.all.withLock { $0 } }
    var log: [String] { order.log.tail() }

    /// The line that a script prints, between single quotes, to say that it serves at the socket that it was given.
    static let readyLine = WorkerEvent.ready(address: .unix(path: "/SOCKET"), measured: .init(), model: .null).line
        .replacing("/SOCKET", with: "'\"$6\"'")

    /// Makes the socket that a worker would make; a shell has no command for that.
    static func makeSocket(at path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        precondition(isBound, "no socket at \(path)")
    }

    /// Waits, for at most ten seconds, until a process that was killed is dead. It may stay a zombie.
    static func isGone(_ pid: pid_t) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
            if stat.split(separator: ")").last?.split(separator: " ").first == "Z" { return true }
            await Task.yield()
        }
        return false
    }
}
