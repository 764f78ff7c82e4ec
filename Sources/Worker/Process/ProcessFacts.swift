// SPDX-License-Identifier: MIT

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How the system's lists of processes call this one. Linux only; at most 15 bytes, see proc_pid_comm(5).
enum ProcessName {
    static let standby = "eh-standby"
    static let worker = "eh-worker"

    static func set(_ name: String) {
        // Where it can't be set the program's own name stays.
        try? Data(name.utf8).write(to: URL(fileURLWithPath: "/proc/self/comm"))
    }
}

/// What this process takes of the main memory.
enum ProcessMemory {
    /// Bytes that are in memory and no file's: `RssAnon` of proc_pid_status(5). 0 where that isn't known.
    static var ownBytes: Int64 {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
            let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int64($0) })
        else { return 0 }
        return kibibytes << 10
    }
}
