// SPDX-License-Identifier: MIT

/// Memory that models lie in: that of a GPU, or the machine's own.
package struct MemoryDevice: Sendable, Equatable {
    /// The name of the machine's own memory.
    package static let host = "host"

    /// The same for every process: a GPU's PCI id where it has one, else the engine's name for it; `host`.
    package let id: String
    /// The engine's name, for people and for options: `CUDA0`.
    package let name: String
    /// All bytes that there are, and those that nothing takes now.
    package let total: Int64
    package let free: Int64

    package init(id: String, name: String, total: Int64, free: Int64) {
        self.id = id
        self.name = name
        self.total = total
        self.free = min(free, total)
    }

    package var isHost: Bool { id == Self.host }

    package var json: JSONValue {
        [
            "id": .string(id), "name": .string(name), "total_bytes": .integer(total), "free_bytes": .integer(free),
        ]
    }

    /// Reads what `json` writes.
    /// - Throws: `WorkerOffence` for what is no device.
    package init(_ json: JSONValue) throws(WorkerOffence) {
        guard let id = json["id"]?.string, (1...64).contains(id.utf8.count), id == id.printable else {
            throw WorkerOffence("a device has no name that could be one")
        }
        self.init(
            id: id,
            name: (json["name"]?.string).map { String($0.printable.prefix(64)) } ?? id,
            total: try MemoryUse.bytes(json, "total_bytes"),
            free: try MemoryUse.bytes(json, "free_bytes")
        )
    }

    /// Reads a list of devices.
    /// - Throws: `WorkerOffence` for what is none, or longer than any machine's.
    package static func list(_ json: JSONValue) throws(WorkerOffence) -> [MemoryDevice] {
        guard let items = json.array, items.count <= 64 else { throw WorkerOffence("its devices are no list") }
        var devices: [MemoryDevice] = []
        for item in items { devices.append(try MemoryDevice(item)) }
        guard Set(devices.map(\.id)).count == devices.count else { throw WorkerOffence("it names a device twice") }
        return devices
    }
}
