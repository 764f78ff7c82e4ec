// SPDX-License-Identifier: MIT

import Essentials
import Wire

/// How the system's lists of processes call this one. Linux only; at most 15 bytes, see proc_pid_comm(5).
enum ProcessName {
    static let standby = "eh-standby"
    static let worker = "eh-worker"

    static func set(_ name: String) {
        // Where it can't be set the program's own name stays.
        try? Data(name.utf8).write(to: URL(fileURLWithPath: "/proc/self/comm"))
    }
}

/// What the system's lists of processes show as the arguments of a process that waits for models: the value of its `--alias` is
/// room for the name of the model that it has. Linux only.
enum ProcessTitle {
    /// The bytes of that value, without the NUL behind it; nil for a process that was started with a model.
    private static func room() -> UnsafeMutableRawBufferPointer? {
        // `arg_start` and `arg_end`, fields 48 and 49 of proc_pid_stat(5); the name in parentheses may have blanks.
        // Where that can't be read, lists show what the process was started with.
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 46,
            let start = UInt(fields[45]), let end = UInt(fields[46]), start < end,
            let area = UnsafeMutableRawPointer(bitPattern: start)
        else { return nil }
        let bytes = UnsafeMutableRawBufferPointer(start: area, count: Int(end - start))
        var place = 0
        var values: [Range<Int>] = []
        for part in bytes.split(separator: 0, omittingEmptySubsequences: false) {
            values.append(place..<(place + part.count))
            place += part.count + 1
        }
        guard values.count > 3, bytes[values[1]].elementsEqual("--standby".utf8),
            bytes[values[2]].elementsEqual("--alias".utf8)
        else { return nil }
        return UnsafeMutableRawBufferPointer(rebasing: bytes[values[3]])
    }

    /// Shows a model's name, as far as there is room; nil for none.
    static func show(_ model: String?) {
        guard let room = room() else { return }
        let title = Array((model ?? "none").printable.utf8.prefix(room.count))
        room.copyBytes(from: title)
        room[title.count...].initializeMemory(as: UInt8.self, repeating: UInt8(ascii: " "))
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
