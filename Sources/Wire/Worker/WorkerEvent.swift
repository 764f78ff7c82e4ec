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
    case failed(reason: String)

    /// The event as one line of JSON, without the line end.
    package var line: String {
        let members: [JSONValue.Member]
        switch self {
        case .loading(let progress):
            members = [.init("event", "loading"), .init("progress", .number(progress))]
        case .ready(let address, let measured, let model):
            members = [
                .init("event", "ready"), .init("version", .integer(Self.version)),
                .init("address", .string(address.description)), .init("measured", measured.json),
                .init("model", model),
            ]
        case .sleeping:
            members = [.init("event", "sleeping")]
        case .failed(let reason):
            members = [.init("event", "failed"), .init("reason", .string(reason))]
        }
        return JSONValue.object(members).text
    }

    /// Reads one line.
    /// - Returns: nil for a line that is no event; such a line belongs into the log.
    package init?(line: String) {
        guard let json = try? JSONValue(parsing: line), case .string(let event)? = json["event"] else { return nil }
        switch event {
        case "loading":
            self = .loading(progress: min(max(json["progress"]?.double ?? 0, 0), 1))
        case "ready":
            guard json["version"]?.integer == Self.version else {
                self = .failed(reason: "the worker speaks another version of the handshake; install matching programs")
                return
            }
            guard let address = json["address"]?.string, let endpoint = WorkerEndpoint(address) else { return nil }
            let measured = WorkerMeasurements(json["measured"] ?? .null)
            self = .ready(address: endpoint, measured: measured, model: json["model"] ?? .null)
        case "sleeping":
            self = .sleeping
        case "failed":
            self = .failed(reason: json["reason"]?.string ?? "the worker gave no reason")
        default:
            return nil
        }
    }
}
