// SPDX-License-Identifier: MIT

import CLlama
import Essentials
import Platform
import Synchronization
import Wire

/// What the engine needs once in a process.
package enum EngineRuntime {
    /// A line of the engine's log.
    package struct LogLine: Sendable {
        /// 1 debug, 2 info, 3 warning, 4 error.
        package let level: Int
        package let text: String
    }

    /// How much a line of our own says, in the engine's numbers.
    enum Weight: Int {
        /// Only its developers want to know.
        case debug = 1
        case info
        case warning
    }

    /// The receiver of the log. A bare closure in a mutex would be wrapped once more by each look at it.
    private struct Sink: Sendable {
        let take: @Sendable (LogLine) -> Void
    }

    private static let errorLevel = 4
    /// Lines below this level aren't even made into strings: the engine writes hundreds while it loads.
    private static let leastLevel = Atomic(0)
    private static let sink = Mutex<Sink?>(nil)

    /// The errors since ``recordErrors()``, by the thread that wants them.
    private static let errors = Mutex<[Int: [String]]>([:])

    private static var thread: Int { pthread_self().hashValue }

    /// Begins to keep what the engine logs as errors, for the calling thread: loads beside each other don't get each other's.
    static func recordErrors() { errors.withLock { $0[thread] = [] } }

    /// What the engine has logged as errors since the thread's ``recordErrors()``; none is kept from here on.
    static func takeErrors() -> [String] { errors.withLock { $0.removeValue(forKey: thread) ?? [] } }

    /// From here on an engine that can't go on says why before it ends the process: to the standard error, and to the parent as
    /// a `failed` event. Call before there are other threads.
    /// - Parameter descriptor: where events go.
    package static func reportEnd(to descriptor: CInt) { eh_report_end(descriptor) }

    /// Starts the backends, unless that was done, and has the log go to its place. Call before everything else.
    /// - Parameters:
    ///   - leastLevel: the level of the first lines that `log` wants.
    ///   - log: gets the lines of the engine's log, from any thread.
    package static func start(leastLevel: Int = 0, log: @escaping @Sendable (LogLine) -> Void) {
        sink.withLock { $0 = Sink(take: log) }
        self.leastLevel.store(leastLevel, ordering: .relaxed)
        eh_log_set(
            { level, text, _ in
                guard let text, level >= EngineRuntime.leastLevel.load(ordering: .relaxed) else { return }
                EngineRuntime.forward(Int(level), String(cString: text))
            },
            nil
        )
        _ = backends
    }

    /// Made by the first access. A file that can't be read bounds nothing.
    private static let backends: Void = {
        let groups = ControlGroups { try? String(contentsOfFile: $0, encoding: .utf8) }
        if let limit = groups.memoryLimit { eh_memory_bound(UInt64(limit)) }
        eh_start()
    }()

    /// How the processors of a machine with several memory nodes are used; the numbers are ggml's.
    package enum NodeUse: Int32, Sendable {
        case distribute = 1
        case isolate
        case numactl
    }

    /// Uses the machine's memory nodes. Call once, before a model is loaded.
    package static func use(_ nodes: NodeUse) { eh_numa_start(nodes.rawValue) }

    /// Makes a server's devices known as this machine's.
    /// - Throws: `loadFailed`.
    package static func connect(_ server: String) throws(EngineError) {
        guard eh_rpc_connect(server) else { throw .last(.loadFailed, "a device of another machine could not be had") }
    }

    /// Serves this machine's devices to the workers of others, for as long as the process lives.
    /// - Parameters:
    ///   - address: `HOST:PORT`.
    ///   - threads: of the processor, where there is no other device.
    /// - Throws: `loadFailed` where it can't listen there; it returns in no other way.
    package static func serveDevices(at address: String, threads: Int) throws(EngineError) {
        _ = eh_rpc_serve(address, Int32(threads))
        throw .last(.loadFailed, "the devices cannot be served")
    }

    /// Gives the memory of a model that was freed back to the system where the allocator keeps it.
    package static func trimMemory() { eh_trim_memory() }

    /// The engine's version.
    package static var version: String { String(cString: eh_version()) }

    /// What the engine is built for and what it finds on this machine, as the JSON object that `eh_about` describes; nil if
    /// it cannot say. Call after ``start(log:)``.
    package static var about: String? { String(owned: eh_about()) }

    /// Threads that computing should use on this machine.
    package static var defaultThreads: Int32 { eh_default_threads() }

    /// The least of the memory that the machine has and that this process may use, in bytes; 0 if it isn't known.
    package static var memoryLimit: Int { Int(clamping: eh_memory_limit()) }

    /// Writes a warning into the engine's log.
    package static func warn(_ text: String) { forward(3, text) }

    /// Writes a line into the engine's log.
    static func note(_ text: @autoclosure () -> String, _ weight: Weight) {
        guard weight.rawValue >= leastLevel.load(ordering: .relaxed) else { return }
        forward(weight.rawValue, text())
    }

    private static func forward(_ level: Int, _ text: String) {
        let line = text.last == "\n" ? String(text.dropLast()) : text
        guard !line.isEmpty, line != "." else { return }
        if level == errorLevel {
            // The first ones say why, so a flood of them needs no room.
            errors.withLock { errors in
                // What a thread of the engine's own says may belong to any load.
                for key in errors[thread] == nil ? Array(errors.keys) : [thread]
                where errors[key, default: []].count < 64 {
                    errors[key]?.append(line)
                }
            }
        }
        sink.withLock { $0 }?.take(LogLine(level: level, text: line))
    }
}
