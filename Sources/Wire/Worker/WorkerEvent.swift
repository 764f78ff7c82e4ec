// SPDX-License-Identifier: MIT

/// What a worker tells its parent: one JSON object a line on its standard output.
package enum WorkerEvent: Sendable, Equatable {
    /// The version of this handshake. A router refuses a worker that speaks another.
    package static let version: Int64 = 1

    /// The model is being read; `progress` runs from 0 to 1.
    case loading(progress: Double)
    /// The model is loaded and requests are served at `address`.
    case ready(address: WorkerEndpoint, measured: WorkerMeasurements, model: JSONValue)
    /// The model was idle and isn't in memory any more. The next request makes the worker load it again, with `loading`
    /// and `ready` as at first.
    case sleeping
    /// The model can't be served; the worker exits.
    /// - Parameter lacksMemory: whether memory is what it lacked.
    case failed(reason: String, lacksMemory: Bool = false)
    /// What the model would take, from a worker that was started to find that out only.
    case measured(WorkerMeasurements)
    /// What there is of each device, and what is free.
    case memory([MemoryDevice])
    /// No model is in the process, and it takes one by `WorkerCommand.load`: at first, or after a `release`.
    /// - Parameter bytes: of the process's own memory, files that it maps aside.
    case standby(bytes: Int64)

    /// The event as one line of JSON, without the line end.
    package var line: String {
        let members: [JSONValue.Member]
        switch self {
        case .loading(let progress):
            // What the engine reports may be a little more than everything.
            members = [.init("event", "loading"), .init("progress", .number(min(max(progress, 0), 1)))]
        case .ready(let address, let measured, let model):
            members = [
                .init("event", "ready"), .init("version", .integer(Self.version)),
                .init("address", .string(address.description)), .init("measured", measured.json),
                .init("model", model),
            ]
        case .sleeping:
            members = [.init("event", "sleeping")]
        case .failed(let reason, let lacksMemory):
            members =
                [.init("event", "failed"), .init("reason", .string(reason))]
                + (lacksMemory ? [.init("lacks_memory", true)] : [])
        case .measured(let measured):
            members = [.init("event", "measured"), .init("measured", measured.json)]
        case .memory(let devices):
            members = [.init("event", "memory"), .init("devices", .array(devices.map(\.json)))]
        case .standby(let bytes):
            members = [.init("event", "standby"), .init("bytes", .integer(bytes))]
        }
        return JSONValue.object(members).text
    }

    /// Reads one line.
    /// - Returns: nil for a line that is no event; such a line belongs into the log.
    /// - Throws: `WorkerOffence` for an event that no worker of ours would write.
    package init?(line: String) throws(WorkerOffence) {
        guard let json = try? JSONValue(parsing: line), case .string(let event)? = json["event"] else { return nil }
        switch event {
        case "loading":
            self = .loading(progress: try Self.progress(json["progress"] ?? .integer(0)))
        case "ready":
            guard json["version"]?.integer == Self.version else {
                self = .failed(reason: "the worker speaks another version of the handshake; install matching programs")
                return
            }
            guard let address = json["address"]?.string, let endpoint = WorkerEndpoint(address) else {
                throw WorkerOffence("it is ready and names no address")
            }
            let measured = try WorkerMeasurements(json["measured"] ?? .null)
            let model = json["model"] ?? .null
            try Self.check(model)
            self = .ready(address: endpoint, measured: measured, model: model)
        case "sleeping":
            self = .sleeping
        case "failed":
            let reason = json["reason"]?.string ?? ""
            self = .failed(
                reason: reason.isEmpty ? "the worker gave no reason" : String(reason.prefix(4096)),
                lacksMemory: json["lacks_memory"]?.bool ?? false
            )
        case "measured":
            self = .measured(try WorkerMeasurements(json["measured"] ?? .null))
        case "memory":
            self = .memory(try MemoryDevice.list(json["devices"] ?? .null))
        case "standby":
            guard let bytes = json["bytes"]?.integer, bytes >= 0 else {
                throw WorkerOffence("'bytes' is \((json["bytes"] ?? .null).brief)")
            }
            self = .standby(bytes: bytes)
        default:
            return nil
        }
    }

    private static func progress(_ value: JSONValue) throws(WorkerOffence) -> Double {
        guard let progress = value.double, (0...1).contains(progress) else {
            throw WorkerOffence("'progress' is \(value.brief)")
        }
        return progress
    }

    /// Looks at what a worker says of its model: lists repeat it for every client.
    private static func check(_ model: JSONValue) throws(WorkerOffence) {
        guard model != .null else { return }
        guard let members = model.members else { throw WorkerOffence("'model' is no object") }
        guard members.count <= 64, Set(members.map(\.name)).count == members.count else {
            throw WorkerOffence("'model' has more members than are believed, or one of them twice")
        }
        guard model.bytes.count <= 65_536 else {
            throw WorkerOffence("'model' is longer than 64 KiB")
        }
        guard let context = model["meta"]?["n_ctx"] else { return }
        guard let length = context.integer, (0...Int64(Int32.max)).contains(length) else {
            throw WorkerOffence("'model.meta.n_ctx' is \(context.brief)")
        }
    }
}
