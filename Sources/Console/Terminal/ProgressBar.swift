// SPDX-License-Identifier: MIT

import Wire

/// A line that says how far something is.
package enum ProgressBar {
    private static let eighths = Array(" ▏▎▍▌▋▊▉")

    /// A bar of so many columns.
    /// - Parameter fraction: from 0 to 1.
    package static func bar(_ fraction: Double, width: Int) -> String {
        let filled = min(max(fraction.isFinite ? fraction : 0, 0), 1) * Double(width)
        let whole = Int(filled)
        guard whole < width else { return String(repeating: "█", count: width) }
        let part = eighths[Int((filled - Double(whole)) * 8)]
        return String(repeating: "█", count: whole) + String(part)
            + String(repeating: " ", count: width - whole - 1)
    }

    /// `label  45 % ▕███   ▏ 1.2 GiB of 2.7 GiB  35 MiB/s  43s left`, as much of it as there is room for.
    /// - Parameters:
    ///   - total: bytes; 0 if that isn't known.
    ///   - rate: bytes a second; nil if it isn't known.
    ///   - width: columns.
    package static func download(_ label: String, done: Double, total: Double, rate: Double?, width: Int) -> String {
        let fraction = total > 0 ? min(1, done / total) : 0
        let percent =
            total > 0
            ? DisplayWidth.pad(Units.fixed((fraction * 100).rounded(.down), 0), to: 3, atEnd: false) + " %" : ""
        let amount = total > 0 ? "\(Units.bytes(done)) of \(Units.bytes(total))" : Units.bytes(done)
        let speed = rate.map { Units.bytes($0) + "/s" } ?? ""
        var left = ""
        if let rate, rate > 0, total > done { left = Units.span(((total - done) / rate).rounded(.up)) + " left" }
        for tail in [[amount, speed, left], [amount, left], [left], []] {
            let text = tail.filter { !$0.isEmpty }.joined(separator: "  ")
            // Two blocks of frame, spaces between the parts.
            let room = width - 1 - DisplayWidth.of(text) - percent.count - 5
            guard room >= 24 || tail.isEmpty else { continue }
            let name = DisplayWidth.cut(label, to: max(8, min(DisplayWidth.of(label), room - 12)))
            let columns = min(40, room - DisplayWidth.of(name) - 2)
            let bar = columns >= 4 ? "▕\(self.bar(fraction, width: columns))▏" : ""
            return [name, percent, bar, text].filter { !$0.isEmpty }.joined(separator: " ")
        }
        return percent
    }
}
