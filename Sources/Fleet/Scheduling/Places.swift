// SPDX-License-Identifier: MIT

/// What models take up, or what there is for them: how many there are, and bytes of each device's memory.
package struct Places: Sendable, Equatable {
    package var models: Int
    /// By the devices' ids. Room has an entry for each device that is limited; what is taken of others counts nowhere.
    package var bytes: [String: Int64]

    package init(models: Int, bytes: [String: Int64] = [:]) {
        self.models = models
        self.bytes = bytes
    }

    package static let none = Places(models: 0)
    /// More models than anything needs, yet far enough from overflow to add and subtract.
    package static let manyModels = Int.max / 4

    /// The room that `--models-max` gives, 0 standing for no limit, with bytes by device.
    package static func limit(modelsMax: Int, bytes: [String: Int64] = [:]) -> Places {
        Places(models: modelsMax > 0 ? modelsMax : manyModels, bytes: bytes)
    }

    /// Whether these places are within the others in every respect.
    package func fits(_ room: Places) -> Bool { models <= room.models && fitsBytes(room) }

    /// Whether these bytes are within the others.
    package func fitsBytes(_ room: Places) -> Bool {
        bytes.allSatisfy { device, count in count <= 0 || room.bytes[device].map { count <= $0 } ?? true }
    }

    package static func + (left: Places, right: Places) -> Places {
        Places(models: left.models + right.models, bytes: left.bytes.merging(right.bytes, uniquingKeysWith: +))
    }

    /// - Returns: room, with entries for the devices that had some before.
    package static func - (left: Places, right: Places) -> Places {
        var bytes = left.bytes
        for (device, count) in right.bytes where bytes[device] != nil { bytes[device, default: 0] -= count }
        return Places(models: left.models - right.models, bytes: bytes)
    }

    package static func += (left: inout Places, right: Places) { left = left + right }
    package static func -= (left: inout Places, right: Places) { left = left - right }
}
