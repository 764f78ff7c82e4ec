// SPDX-License-Identifier: MIT

import Engine
package import Wire

/// What `enginehouse-worker --about` says: the program, its engine, and what the engine finds on this machine.
package enum WorkerAbout {
    /// What `--list-devices` shows: a line for each device but the processor.
    /// - Parameter options: may name servers whose devices are shown as well.
    /// - Throws: `APIError` where the engine has no answer; `EngineError` for a server that can't be had.
    package static func devices(_ options: OptionValues) throws -> String {
        EngineRuntime.start { _ in }
        for server in options.list(\.rpc) { try EngineRuntime.connect(server) }
        guard let text = EngineRuntime.about else {
            throw APIError(.server, "the engine cannot say what devices there are")
        }
        let devices = (try JSONValue(parsing: text)["devices"]?.array ?? []).filter {
            $0["kind"]?.string != "processor"
        }
        func mebibytes(_ device: JSONValue, _ name: String) -> Int64 { (device[name]?.integer ?? 0) >> 20 }
        let lines = devices.map { device in
            "  \(device["name"]?.string ?? ""): \(device["description"]?.string ?? "") "
                + "(\(mebibytes(device, "memory_total")) MiB, \(mebibytes(device, "memory_free")) MiB free)"
        }
        return (["Available devices:"] + (lines.isEmpty ? ["  (none)"] : lines)).joined(separator: "\n")
    }

    /// `{"version", "engine": {"version", "build", "backends", "devices"}, "threads", "memory_limit"}`, memory in bytes.
    /// - Throws: `APIError` where the engine has no answer.
    package static func json() throws -> JSONValue {
        EngineRuntime.start { _ in }
        guard let text = EngineRuntime.about else {
            throw APIError(.server, "the engine cannot say what it is built for")
        }
        return [
            "version": .string(Version.current),
            "engine": try JSONValue(parsing: text),
            "threads": .integer(Int64(WorkerSettings.defaultThreads)),
            "memory_limit": .integer(Int64(EngineRuntime.memoryLimit)),
        ]
    }
}
