// SPDX-License-Identifier: MIT

import Platform

/// What stands in each answer's header, made once a second: `Server`, and `Date` (RFC 9110, section 5.6.7).
struct StandingFields {
    private let server: String?
    private var second: time_t = -1
    private var date = ""
    private var bytes: [UInt8] = []

    /// - Parameter server: the value of `Server`; nil for none.
    init(server: String?) {
        self.server = server
    }

    /// Names and values.
    mutating func fields() -> [(String, String)] {
        refresh()
        return (server.map { [("server", $0)] } ?? []) + [("date", date)]
    }

    /// The same as lines of a header.
    mutating func lines() -> [UInt8] {
        refresh()
        return bytes
    }

    private mutating func refresh() {
        var now = time(nil)
        guard now != second else { return }
        var parts = tm()
        gmtime_r(&now, &parts)
        (second, date) = (now, Self.text(parts))
        bytes = Array("\(server.map { "server: \($0)\r\n" } ?? "")date: \(date)\r\n".utf8)
    }

    private static func text(_ parts: tm) -> String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "\(days[Int(parts.tm_wday)]), \(date) \(clock) GMT"
    }
}
