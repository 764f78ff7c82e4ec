// SPDX-License-Identifier: MIT

/// How fast something grows, over the last seconds.
package struct RateMeter: Sendable {
    private var samples: [(time: Duration, value: Double)] = []
    private let window: Duration

    /// - Parameter window: how far back it looks.
    package init(window: Duration = .seconds(8)) { self.window = window }

    /// Takes note of how much there is at a time.
    package mutating func add(_ value: Double, at time: Duration) {
        // What shrinks has begun anew.
        if let last = samples.last, value < last.value { samples = [] }
        samples.append((time, value))
        while samples.count > 2, samples[1].time <= time - window { samples.removeFirst() }
    }

    /// Units a second; nil until there is something to tell.
    package var rate: Double? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let seconds = (last.time - first.time) / .seconds(1)
        return seconds >= 0.5 ? (last.value - first.value) / seconds : nil
    }
}
