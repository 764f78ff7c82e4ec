// SPDX-License-Identifier: MIT

import Engine
package import Wire

/// What `enginehouse-worker --about` says: the program, its engine, and what the engine finds on this machine.
package enum WorkerAbout {
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
            "threads": .integer(Int64(EngineRuntime.defaultThreads)),
            "memory_limit": .integer(Int64(EngineRuntime.memoryLimit)),
        ]
    }
}
