// SPDX-License-Identifier: MIT

/// Quantities as people read them.
package enum Units {
    /// Bytes in powers of 1024: `512 B`, `4.2 MiB`, `17 GiB`.
    package static func bytes(_ count: Double) -> String {
        scaled(count, by: 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"], separator: " ")
    }

    /// Things in powers of 1000: `950`, `1.5B` for a thousand and a half million, `7B`.
    package static func count(_ count: Double) -> String {
        scaled(count, by: 1000, ["", "K", "M", "B", "T"], separator: "")
    }

    /// A time span by its largest two units: `0.4s`, `5s`, `3m 20s`, `5h 2m`, `3d 4h`.
    package static func span(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "?" }
        if seconds < 9.95, seconds.rounded() != seconds { return fixed(seconds, 1) + "s" }
        let whole = Int(min(seconds, 1e12).rounded())
        let (days, hours, minutes, rest) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60, whole % 60)
        if days > 0 { return hours > 0 ? "\(days)d \(hours)h" : "\(days)d" }
        if hours > 0 { return minutes > 0 ? "\(hours)h \(minutes)m" : "\(hours)h" }
        if minutes > 0 { return rest > 0 ? "\(minutes)m \(rest)s" : "\(minutes)m" }
        return "\(rest)s"
    }

    /// How long ago something was: `now`, `4m ago`, `2d ago`.
    package static func ago(_ seconds: Double) -> String {
        if seconds < 2 { return "now" }
        return (span(seconds.rounded()).split(separator: " ").first.map(String.init) ?? "") + " ago"
    }

    /// A number with so many digits behind the point.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "?" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(Int(scaled)) }
        let whole = Int(scaled) / Int(scale)
        let fraction = String(Int(scaled) % Int(scale))
        return sign + "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    private static func scaled(_ value: Double, by step: Double, _ units: [String], separator: String) -> String {
        var value = max(0, value)
        var unit = 0
        // What would be rounded up to the next unit belongs there.
        while value >= step - 0.5, unit + 1 < units.count {
            value /= step
            unit += 1
        }
        let digits = unit == 0 || value >= 9.95 ? 0 : 1
        var text = fixed(value, digits)
        if text.hasSuffix(".0") { text = String(text.dropLast(2)) }
        return text + separator + units[unit]
    }
}
