// SPDX-License-Identifier: MIT

/// What a parent tells its worker: one JSON object a line on the worker's standard input. The end of that stream says
/// that the parent is gone.
package enum WorkerCommand: Sendable, Equatable {
    /// The most threads that are believed: as many as the engine can use.
    package static let mostThreads = 512

    /// Finish what is in flight, within two seconds, then exit.
    case stop
    /// Compute with no more threads than these from the next step on.
    /// - Parameters:
    ///   - generating: for steps of one token.
    ///   - prompt: for steps of several.
    case threads(generating: Int, prompt: Int)
    /// Say what there is of each device's memory: `WorkerEvent.memory`.
    case memory

    /// The command as one line of JSON, without the line end.
    package var line: String {
        let members: [JSONValue.Member]
        switch self {
        case .stop:
            members = [.init("command", "stop")]
        case .threads(let generating, let prompt):
            members = [
                .init("command", "threads"), .init("generating", .integer(Int64(generating))),
                .init("prompt", .integer(Int64(prompt))),
            ]
        case .memory:
            members = [.init("command", "memory")]
        }
        return JSONValue.object(members).text
    }

    /// Reads one line; nil if it is no command, or one with values that it can't have.
    package init?(line: String) {
        guard let json = try? JSONValue(parsing: line), let name = json["command"]?.string else { return nil }
        switch name {
        case "stop":
            self = .stop
        case "threads":
            guard let generating = Self.threads(json["generating"]), let prompt = Self.threads(json["prompt"]) else {
                return nil
            }
            self = .threads(generating: generating, prompt: prompt)
        case "memory":
            self = .memory
        default:
            return nil
        }
    }

    private static func threads(_ value: JSONValue?) -> Int? {
        guard let count = value?.integer, (1...Int64(mostThreads)).contains(count) else { return nil }
        return Int(count)
    }
}
