// SPDX-License-Identifier: MIT

package import Wire

/// One request of `GET /activity`, in flight or ended.
package struct ActiveRequest: Sendable, Equatable {
    /// The number under which it can be cancelled.
    package let id: String
    package let model: String
    package let path: String
    package let client: String
    /// `queued`, `loading`, `running`, or how it ended: `done`, `failed`, `cancelled`.
    package let state: String
    package let place: Int?
    /// Seconds since 1970.
    package let started: Double
    package let ended: Double?
    package let tokens: Int
    /// Milliseconds.
    package let queueTime, loadTime, firstByteTime, totalTime: Double?
    package let error: String?

    package init?(_ entry: JSONValue) {
        guard let id = entry["id"]?.string ?? entry["id"]?.integer.map(String.init) else { return nil }
        func text(_ name: String) -> String { Printable.line(entry[name]?.string ?? "") }
        self.id = id
        model = text("model")
        path = text("path")
        let agent = text("user_agent").split(separator: " ").first.map(String.init) ?? ""
        client = [text("client"), agent].filter { !$0.isEmpty }.joined(separator: " ")
        state = entry["outcome"]?.string ?? entry["state"]?.string ?? "?"
        place = entry["queue_position"]?.integer.map { Int(clamping: $0) }
        started = entry["started"]?.double ?? 0
        ended = entry["ended"]?.double
        tokens = entry["tokens"]?.integer.map { Int(clamping: $0) } ?? 0
        queueTime = entry["queue_ms"]?.double
        loadTime = entry["load_ms"]?.double
        firstByteTime = entry["first_byte_ms"]?.double
        totalTime = entry["total_ms"]?.double
        error = (entry["error"]?.string).map(Printable.line)
    }

    /// Tokens a second since its first byte; nil until there is something to tell.
    /// - Parameter now: seconds since 1970; counts while it runs.
    package func rate(now: Double) -> Double? {
        guard tokens > 1, let first = firstByteTime else { return nil }
        let seconds = totalTime.map { ($0 - first) / 1000 } ?? (now - started - first / 1000)
        return seconds > 0.05 ? Double(tokens) / seconds : nil
    }
}
