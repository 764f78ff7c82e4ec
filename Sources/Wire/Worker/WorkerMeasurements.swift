// SPDX-License-Identifier: MIT

/// What a worker measured while it loaded its model.
package struct WorkerMeasurements: Sendable, Equatable {
    /// Seconds from the start of the process until it was ready.
    package var loadSeconds: Double
    /// Bytes of the model's weights.
    package var weightBytes: Int64
    /// Bytes of the context's memory (KV cache).
    package var contextBytes: Int64
    /// Bytes of the compute buffers.
    package var computeBytes: Int64

    package init(loadSeconds: Double = 0, weightBytes: Int64 = 0, contextBytes: Int64 = 0, computeBytes: Int64 = 0) {
        self.loadSeconds = loadSeconds
        self.weightBytes = weightBytes
        self.contextBytes = contextBytes
        self.computeBytes = computeBytes
    }

    /// All bytes together.
    package var totalBytes: Int64 {
        weightBytes.addingSaturating(contextBytes).addingSaturating(computeBytes)
    }

    package var json: JSONValue {
        [
            "load_seconds": .number(loadSeconds),
            "weights_bytes": .integer(weightBytes),
            "context_bytes": .integer(contextBytes),
            "compute_bytes": .integer(computeBytes),
        ]
    }

    /// The longest load that is believed, in seconds: a year.
    package static let mostSeconds = 31_536_000.0
    /// The most bytes of one kind that are believed: a pebibyte, so that sums over all models fit.
    package static let mostBytes: Int64 = 1 << 50

    /// Reads what `json` writes; what is missing counts as 0.
    /// - Throws: `WorkerOffence` for what no worker can have measured.
    package init(_ json: JSONValue) throws(WorkerOffence) {
        if json != .null, json.members == nil { throw WorkerOffence("'measured' is no object") }
        self.init(
            loadSeconds: try Self.seconds(json, "load_seconds"),
            weightBytes: try Self.bytes(json, "weights_bytes"),
            contextBytes: try Self.bytes(json, "context_bytes"),
            computeBytes: try Self.bytes(json, "compute_bytes")
        )
    }

    private static func seconds(_ json: JSONValue, _ name: String) throws(WorkerOffence) -> Double {
        guard let value = json[name] else { return 0 }
        guard let seconds = value.double, (0...mostSeconds).contains(seconds) else {
            throw WorkerOffence("'measured.\(name)' is \(value.brief)")
        }
        return seconds
    }

    private static func bytes(_ json: JSONValue, _ name: String) throws(WorkerOffence) -> Int64 {
        guard let value = json[name] else { return 0 }
        guard let bytes = value.integer, (0...mostBytes).contains(bytes) else {
            throw WorkerOffence("'measured.\(name)' is \(value.brief)")
        }
        return bytes
    }
}
