// SPDX-License-Identifier: MIT

package import Wire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#endif

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

    /// What this machine has now, and a control group leaves of it; nil where it doesn't tell.
    package static func device() -> MemoryDevice? {
        guard let now = now() else { return nil }
        var total = Int64(clamping: now.total)
        var free = Int64(clamping: now.free)
        if let limit = number("/sys/fs/cgroup/memory.max"), limit < total {
            total = limit
            let taken = number("/sys/fs/cgroup/memory.current") ?? 0
            // Pages of files that the group can give back.
            let pages = lines("/sys/fs/cgroup/memory.stat")["inactive_file"] ?? 0
            free = min(free, max(limit - taken + pages, 0))
        }
        return MemoryDevice(id: MemoryDevice.host, name: MemoryDevice.host, total: total, free: free)
    }

    /// How many processes the system has killed because memory ran out, here or in our control group; 0 where it doesn't tell.
    package static var outOfMemoryKills: Int64 {
        let group = lines("/sys/fs/cgroup/memory.events")["oom_kill"] ?? 0
        return max(group, lines("/proc/vmstat")["oom_kill"] ?? 0)
    }

    private static func number(_ path: String) -> Int64? {
        (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { Int64($0.filter(\.isNumber)) }
    }

    /// A file of lines with a name and a number each.
    private static func lines(_ path: String) -> [Substring: Int64] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [:] }
        var values: [Substring: Int64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Int64(words[1]) else { continue }
            values[words[0]] = value
        }
        return values
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
