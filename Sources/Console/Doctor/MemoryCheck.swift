// SPDX-License-Identifier: MIT

import Wire

/// What memory there is, from /proc/meminfo.
package enum MemoryCheck {
    /// - Parameters:
    ///   - meminfo: the file's text.
    ///   - limit: what this process may use in bytes, as of a container; nil if that isn't known.
    /// - Returns: nil where the text says nothing.
    package static func finding(meminfo: String, limit: Double?) -> Finding? {
        guard let total = value("MemTotal", meminfo), let free = value("MemAvailable", meminfo) else { return nil }
        var text = "\(Units.bytes(free)) of \(Units.bytes(total)) are free"
        if let limit, limit > 0, limit < total * 0.98 { text += "; this process may use \(Units.bytes(limit))" }
        if free < total * 0.05 || free < 512 * 1024 * 1024 {
            return .hint(
                "memory",
                text,
                "unload models (enginehouse ps, enginehouse unload), or give --models-max a lower number"
            )
        }
        return .good("memory", text)
    }

    private static func value(_ name: String, _ text: String) -> Double? {
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            return line.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 }
        }
        return nil
    }
}
