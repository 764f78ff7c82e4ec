// SPDX-License-Identifier: MIT

import Platform
package import Wire

/// Devices that only the figures know: `ENGINEHOUSE_PRETEND_DEVICES=gpu0=64,gpu1=32`, in MiB, moves what a worker says of the machine's
/// own memory onto them.
///
/// With it the router's books by device are tried on a machine without a GPU. What computes is the processor all the same.
package enum PretendedDevices {
    private static let variable = "ENGINEHOUSE_PRETEND_DEVICES"

    private static let devices: [MemoryDevice] = {
        guard let text = getenv(variable).map({ String(cString: $0) }) else { return [] }
        return text.split(separator: ",").compactMap { part in
            let pair = part.split(separator: "=")
            guard pair.count == 2, let mebibytes = Int64(pair[1]), (1...1 << 20).contains(mebibytes) else { return nil }
            let name = String(pair[0])
            return MemoryDevice(id: name, name: name, total: mebibytes << 20, free: mebibytes << 20)
        }
    }()

    /// What there is of each device, with the pretended ones.
    package static func with(_ real: [MemoryDevice]) -> [MemoryDevice] { devices + real }

    /// What a model takes: all of it on the device that `--main-gpu` names, but for the process itself.
    static func moved(_ memory: [MemoryUse], _ model: ModelOptions) -> [MemoryUse] {
        guard !devices.isEmpty, let host = memory.last else { return memory }
        let place = devices[min(max(Int(model.mainGPU), 0), devices.count - 1)]
        var moved = host
        moved.mapped = 0
        moved.overhead = 0
        moved.device = MemoryDevice(
            id: place.id,
            name: place.name,
            total: place.total,
            free: max(place.total - moved.total, 0)
        )
        var rest = MemoryUse(device: host.device)
        rest.overhead = host.overhead
        return [moved] + memory.dropLast() + [rest]
    }
}
