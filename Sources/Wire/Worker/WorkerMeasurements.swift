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
    package var totalBytes: Int64 { weightBytes + contextBytes + computeBytes }

    package var json: JSONValue {
        [
            "load_seconds": .number(loadSeconds),
            "weights_bytes": .integer(weightBytes),
            "context_bytes": .integer(contextBytes),
            "compute_bytes": .integer(computeBytes),
        ]
    }

    /// Reads what `json` writes; what is missing counts as 0.
    package init(_ json: JSONValue) {
        self.init(
            loadSeconds: json["load_seconds"]?.double ?? 0,
            weightBytes: json["weights_bytes"]?.integer ?? 0,
            contextBytes: json["context_bytes"]?.integer ?? 0,
            computeBytes: json["compute_bytes"]?.integer ?? 0
        )
    }
}
