// SPDX-License-Identifier: MIT

/// What one worker takes of one device, in bytes.
package struct MemoryUse: Sendable, Equatable {
    package var device: MemoryDevice
    /// The model's weights, with those of a draft model and of adapters.
    package var weights: Int64 = 0
    /// Those of the weights that are the file's pages: other workers with the same file share them, and the system counts
    /// them as memory that it can have back.
    package var mapped: Int64 = 0
    /// What keeps conversations (KV cache, recurrent states).
    package var context: Int64 = 0
    /// The buffers for one step.
    package var compute: Int64 = 0
    /// What turns pictures and sounds into tokens, with its buffers.
    package var projector: Int64 = 0
    /// What the driver and the process take beside all that.
    package var overhead: Int64 = 0

    package init(device: MemoryDevice) { self.device = device }

    /// All bytes together.
    package var total: Int64 {
        [context, compute, projector, overhead].reduce(weights) { $0.addingSaturating($1) }
    }

    /// The most bytes of one kind that are believed: a pebibyte, so that sums over all models fit.
    package static let mostBytes: Int64 = 1 << 50

    package var json: JSONValue {
        .object((device.json.members ?? []) + parts)
    }

    /// The bytes by what they are for, without what is true of the device.
    package var parts: [JSONValue.Member] {
        [
            .init("weights_bytes", .integer(weights)), .init("mapped_bytes", .integer(mapped)),
            .init("context_bytes", .integer(context)), .init("compute_bytes", .integer(compute)),
            .init("projector_bytes", .integer(projector)), .init("overhead_bytes", .integer(overhead)),
        ]
    }

    /// Reads what `json` writes; what is missing counts as 0.
    /// - Throws: `WorkerOffence` for what no worker can have measured.
    package init(_ json: JSONValue) throws(WorkerOffence) {
        device = try MemoryDevice(json)
        weights = try Self.bytes(json, "weights_bytes")
        mapped = min(try Self.bytes(json, "mapped_bytes"), weights)
        context = try Self.bytes(json, "context_bytes")
        compute = try Self.bytes(json, "compute_bytes")
        projector = try Self.bytes(json, "projector_bytes")
        overhead = try Self.bytes(json, "overhead_bytes")
    }

    static func bytes(_ json: JSONValue, _ name: String) throws(WorkerOffence) -> Int64 {
        guard let value = json[name] else { return 0 }
        guard let bytes = value.integer, (0...mostBytes).contains(bytes) else {
            throw WorkerOffence("'measured.\(name)' is \(value.brief)")
        }
        return bytes
    }
}
