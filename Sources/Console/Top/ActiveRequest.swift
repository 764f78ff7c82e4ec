// SPDX-License-Identifier: MIT

package import API
import Wire

/// One request of `GET /activity`, in flight or ended.
package struct ActiveRequest: Sendable, Equatable {
    /// The number under which it can be cancelled.
    package let id: String
    package let model: String
    package let path: String
    package let client: String
    /// `queued`, `loading`, `running`, or how it ended: `done`, `failed`, `cancelled`.
    package let state: String
    package private(set) var place: Int?
    /// Seconds since 1970.
    package let started: Double
    package private(set) var ended: Double?
    package let tokens: Int
    /// Milliseconds.
    package let queueTime, loadTime, firstByteTime: Double?
    package private(set) var totalTime: Double?
    package private(set) var error: String?

    package init(_ running: RunningRequestResource) {
        self.init(running.request, state: running.state)
        place = running.queuePosition
    }

    package init(_ ended: EndedRequestResource) {
        self.init(ended.request, state: ended.outcome)
        self.ended = ended.ended
        totalTime = ended.totalTime
        error = ended.error.map(Printable.line)
    }

    private init(_ request: RequestResource, state: String) {
        id = request.id
        model = Printable.line(request.model ?? "")
        path = Printable.line(request.path)
        let agent = Printable.line(request.userAgent ?? "").split(separator: " ").first.map(String.init) ?? ""
        client = [Printable.line(request.client ?? ""), agent].filter { !$0.isEmpty }.joined(separator: " ")
        self.state = state.isEmpty ? "?" : state
        started = request.started
        tokens = request.tokens
        queueTime = request.queueTime
        loadTime = request.loadTime
        firstByteTime = request.firstByteTime
    }

    /// Tokens a second since its first byte; nil until there is something to tell.
    /// - Parameter now: seconds since 1970; counts while it runs.
    package func rate(now: Double) -> Double? {
        guard tokens > 1, let first = firstByteTime else { return nil }
        let seconds = totalTime.map { ($0 - first) / 1000 } ?? (now - started - first / 1000)
        return seconds > 0.05 ? Double(tokens) / seconds : nil
    }
}
