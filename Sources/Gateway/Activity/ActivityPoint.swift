// SPDX-License-Identifier: MIT

package import Fleet
package import Wire

/// What happened in some seconds, for charts.
package struct ActivityPoint: Sendable, Equatable {
    /// One model's part.
    package struct Model: Sendable, Equatable {
        package var requests = 0
        package var tokens = 0
        package var loads = 0
        package var evictions = 0
        /// Loads that failed, workers that died.
        package var failures = 0
        /// What its worker measured, in bytes; 0 while it isn't in memory.
        package var memory: Int64 = 0

        package init() {}

        /// Whether there is anything to say.
        var isEmpty: Bool { self == Self() }
    }

    /// When it began, in seconds since 1970.
    package var time: Double
    /// How long it is, in seconds.
    package var duration: Double
    /// Requests that ended.
    package var requests = 0
    /// Those of them that failed.
    package var failed = 0
    package var tokens = 0
    /// Requests in flight at its end.
    package var inFlight = 0
    /// Seconds in the queue, of the requests that got their model; 0 where none did.
    package var meanWait = 0.0
    package var longestWait = 0.0
    /// The most requests that waited at the same time.
    package var deepestQueue = 0
    /// What the system has, at its end; nil where it doesn't tell.
    package var memory: SystemMemory?
    /// Those of which there is something to say.
    package var models: [String: Model] = [:]

    package init(time: Double, duration: Double) {
        self.time = time
        self.duration = duration
    }

    package var json: JSONValue {
        let all = models.values.reduce(into: Model()) { sum, model in
            sum.loads += model.loads
            sum.evictions += model.evictions
            sum.failures += model.failures
            sum.memory = sum.memory.addingSaturating(model.memory)
        }
        return [
            "time": .number(ActivityRecord.rounded(time, 1000)),
            "seconds": .number(ActivityRecord.rounded(duration, 1000)),
            "requests": .integer(Int64(requests)),
            "failed": .integer(Int64(failed)),
            "tokens": .integer(Int64(tokens)),
            "tokens_per_second": .number(
                duration > 0 ? ActivityRecord.rounded(Double(tokens) / duration, 100) : 0
            ),
            "in_flight": .integer(Int64(inFlight)),
            "queue_depth": .integer(Int64(deepestQueue)),
            "queue_wait_ms": [
                "mean": .number(ActivityRecord.rounded(meanWait * 1000, 100)),
                "max": .number(ActivityRecord.rounded(longestWait * 1000, 100)),
            ],
            "loads": .integer(Int64(all.loads)),
            "evictions": .integer(Int64(all.evictions)),
            "failures": .integer(Int64(all.failures)),
            "memory": [
                "workers": .integer(all.memory),
                "free": memory.map { .integer(Int64(clamping: $0.free)) } ?? .null,
                "total": memory.map { .integer(Int64(clamping: $0.total)) } ?? .null,
            ],
            "models": .object(
                models.sorted { $0.key < $1.key }.map { name, model in
                    .init(
                        name,
                        [
                            "requests": .integer(Int64(model.requests)), "tokens": .integer(Int64(model.tokens)),
                            "loads": .integer(Int64(model.loads)), "evictions": .integer(Int64(model.evictions)),
                            "failures": .integer(Int64(model.failures)), "memory": .integer(model.memory),
                        ]
                    )
                }
            ),
        ]
    }
}
