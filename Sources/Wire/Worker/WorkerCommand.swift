// SPDX-License-Identifier: MIT

/// What a parent tells its worker: one JSON object a line on the worker's standard input. The end of that stream says
/// that the parent is gone.
package enum WorkerCommand: Sendable, Equatable {
    /// The most threads that are believed: as many as the engine can use.
    package static let mostThreads = 512
    /// The most arguments of a load that are believed.
    package static let mostArguments = 4096

    /// Finish what is in flight, within two seconds, then exit.
    case stop
    /// Compute with no more threads than these from the next step on.
    /// - Parameters:
    ///   - generating: for steps of one token.
    ///   - prompt: for steps of several.
    case threads(generating: Int, prompt: Int)
    /// Keep no more than these bytes of conversations and checkpoints in main memory; a worker's own limit may be lower.
    case cache(bytes: Int64)
    /// Say what there is of each device's memory: `WorkerEvent.memory`.
    case memory
    /// Serve a model, from a worker that has none.
    /// - Parameter arguments: the command line of a worker for that model alone, without the program.
    case load(arguments: [String])
    /// Finish what is in flight, as for `stop`, free the model, and wait for the next one: `WorkerEvent.standby`. A worker that
    /// can't exits.
    /// - Parameter mark: the line by which the worker ends what it has to log of this model.
    case release(mark: String)

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
        case .cache(let bytes):
            members = [.init("command", "cache"), .init("bytes", .integer(bytes))]
        case .memory:
            members = [.init("command", "memory")]
        case .load(let arguments):
            members = [.init("command", "load"), .init("arguments", .array(arguments.map(JSONValue.string)))]
        case .release(let mark):
            members = [.init("command", "release"), .init("mark", .string(mark))]
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
        case "cache":
            guard let bytes = json["bytes"]?.integer, bytes >= 0 else { return nil }
            self = .cache(bytes: bytes)
        case "memory":
            self = .memory
        case "load":
            guard let list = json["arguments"]?.array, list.count <= Self.mostArguments else { return nil }
            let arguments = list.compactMap(\.string)
            guard arguments.count == list.count else { return nil }
            self = .load(arguments: arguments)
        case "release":
            guard let mark = json["mark"]?.string, !mark.isEmpty else { return nil }
            self = .release(mark: mark)
        default:
            return nil
        }
    }

    private static func threads(_ value: JSONValue?) -> Int? {
        guard let count = value?.integer, (1...Int64(mostThreads)).contains(count) else { return nil }
        return Int(count)
    }
}
