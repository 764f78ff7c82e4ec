// SPDX-License-Identifier: MIT

/// What a worker measured: while it loaded its model, or, without loading it, what it would take.
package struct WorkerMeasurements: Sendable, Equatable {
    /// Seconds from the start of the process until it was ready.
    package var loadSeconds: Double
    /// What it takes, by device.
    package var memory: [MemoryUse]
    /// Whether the model was made to fit: fewer layers on GPUs or a shorter context than were asked for.
    package var isFitted: Bool

    package init(loadSeconds: Double = 0, memory: [MemoryUse] = [], isFitted: Bool = false) {
        self.loadSeconds = loadSeconds
        self.memory = memory
        self.isFitted = isFitted
    }

    /// What is taken of the machine's own memory alone.
    package init(loadSeconds: Double = 0, weightBytes: Int64, contextBytes: Int64 = 0, computeBytes: Int64 = 0) {
        var use = MemoryUse(device: MemoryDevice(id: MemoryDevice.host, name: MemoryDevice.host, total: 0, free: 0))
        use.weights = weightBytes
        use.context = contextBytes
        use.compute = computeBytes
        self.init(loadSeconds: loadSeconds, memory: [use])
    }

    /// Bytes of the weights, of the context's memory (KV cache) and of the compute buffers, over all devices.
    package var weightBytes: Int64 { sum(\.weights) }
    package var contextBytes: Int64 { sum(\.context) }
    package var computeBytes: Int64 { sum(\.compute) }

    /// All bytes together.
    package var totalBytes: Int64 { sum(\.total) }

    /// The same without a model: what is left of it while the worker sleeps.
    package var asleep: WorkerMeasurements {
        var result = self
        result.memory = memory.map { use in
            var rest = MemoryUse(device: use.device)
            rest.overhead = use.overhead
            return rest
        }
        return result
    }

    private func sum(_ part: KeyPath<MemoryUse, Int64>) -> Int64 {
        memory.reduce(0) { $0.addingSaturating($1[keyPath: part]) }
    }

    package var json: JSONValue {
        [
            "load_seconds": .number(loadSeconds),
            "weights_bytes": .integer(weightBytes),
            "context_bytes": .integer(contextBytes),
            "compute_bytes": .integer(computeBytes),
            "fitted": .bool(isFitted),
            "devices": .array(memory.map(\.json)),
        ]
    }

    /// The longest load that is believed, in seconds: a year.
    package static let mostSeconds = 31_536_000.0

    /// Reads what `json` writes; what is missing counts as 0.
    /// - Throws: `WorkerOffence` for what no worker can have measured.
    package init(_ json: JSONValue) throws(WorkerOffence) {
        if json != .null, json.members == nil { throw WorkerOffence("'measured' is no object") }
        let seconds = try Self.seconds(json, "load_seconds")
        var sums: [Int64] = []
        for name in ["weights_bytes", "context_bytes", "compute_bytes"] {
            sums.append(try MemoryUse.bytes(json, name))
        }
        guard let devices = json["devices"] else {
            self.init(
                loadSeconds: seconds,
                weightBytes: sums[0],
                contextBytes: sums[1],
                computeBytes: sums[2]
            )
            return
        }
        _ = try MemoryDevice.list(devices)
        var memory: [MemoryUse] = []
        for device in devices.array ?? [] { memory.append(try MemoryUse(device)) }
        self.init(loadSeconds: seconds, memory: memory, isFitted: json["fitted"]?.bool ?? false)
    }

    private static func seconds(_ json: JSONValue, _ name: String) throws(WorkerOffence) -> Double {
        guard let value = json[name] else { return 0 }
        guard let seconds = value.double, (0...mostSeconds).contains(seconds) else {
            throw WorkerOffence("'measured.\(name)' is \(value.brief)")
        }
        return seconds
    }
}
