// SPDX-License-Identifier: MIT

import Essentials
import Platform
package import Wire

/// The machine's main memory, in bytes.
package struct SystemMemory: Sendable, Equatable {
    package var total: UInt64
    /// What programs could get without swapping.
    package var free: UInt64

    package init(total: UInt64, free: UInt64) {
        self.total = total
        self.free = free
    }

    /// Reads what Linux says in `/proc/meminfo` (proc(5)): `MemTotal` and `MemAvailable`, in KiB.
    package init?(meminfo: String) {
        var values: [Substring: UInt64] = [:]
        for line in meminfo.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == ":" }
            guard words.count >= 2, let value = UInt64(words[1]) else { continue }
            values[words[0]] = value << 10
        }
        guard let total = values["MemTotal"], let free = values["MemAvailable"] else { return nil }
        self.init(total: total, free: free)
    }

    private static let groups = ControlGroups { try? String(contentsOfFile: $0, encoding: .utf8) }

    /// What this machine has now, and control groups leave of it; nil where it doesn't tell.
    package static func device() -> MemoryDevice? { now().map { device($0, groups) } }

    /// What a machine has, and control groups leave of it.
    package static func device(_ memory: SystemMemory, _ groups: ControlGroups) -> MemoryDevice {
        var total = Int64(clamping: memory.total)
        var free = Int64(clamping: memory.free)
        for group in groups.memory where group.limit < Int64(clamping: memory.total) {
            total = min(total, group.limit)
            free = min(free, max(group.limit - group.taken + group.pages, 0))
        }
        return MemoryDevice(id: MemoryDevice.host, name: MemoryDevice.host, total: total, free: free)
    }

    /// How many processes the system has killed because memory ran out, here or in our control groups; 0 where it doesn't tell.
    package static var outOfMemoryKills: Int64 {
        let machine = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
        let line = machine.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return max(groups.outOfMemoryKills, line.flatMap { Int64($0.dropFirst("oom_kill ".count)) } ?? 0)
    }

    /// What this machine has now; nil where it doesn't tell.
    package static func now() -> SystemMemory? {
        #if canImport(Darwin)
            var statistics = vm_statistics64()
            var count = mach_msg_type_number_t(
                MemoryLayout<vm_statistics64>.size / MemoryLayout<integer_t>.size
            )
            let result = withUnsafeMutablePointer(to: &statistics) { pointer in
                pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
                    host_statistics64(mach_host_self(), HOST_VM_INFO64, $0, &count)
                }
            }
            guard result == KERN_SUCCESS else { return nil }
            let pages = UInt64(statistics.free_count) + UInt64(statistics.inactive_count)
            return SystemMemory(
                total: ProcessInfo.processInfo.physicalMemory,
                free: pages * UInt64(sysconf(_SC_PAGESIZE))
            )
        #else
            return (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)).flatMap(SystemMemory.init(meminfo:))
        #endif
    }
}
