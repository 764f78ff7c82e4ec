// SPDX-License-Identifier: MIT

package import API
package import Fleet
import Wire

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

    package var resource: HistoryPointResource {
        var point = HistoryPointResource()
        point.time = ActivityRecord.rounded(time, 1000)
        point.seconds = ActivityRecord.rounded(duration, 1000)
        point.requests = requests
        point.failed = failed
        point.tokens = tokens
        point.tokensPerSecond = duration > 0 ? ActivityRecord.rounded(Double(tokens) / duration, 100) : 0
        point.inFlight = inFlight
        point.deepestQueue = deepestQueue
        point.wait.mean = ActivityRecord.rounded(meanWait * 1000, 100)
        point.wait.longest = ActivityRecord.rounded(longestWait * 1000, 100)
        point.memory.free = memory.map { Int(clamping: $0.free) }
        point.memory.total = memory.map { Int(clamping: $0.total) }
        var bytes: Int64 = 0
        for (name, model) in models {
            point.loads += model.loads
            point.evictions += model.evictions
            point.failures += model.failures
            bytes = bytes.addingSaturating(model.memory)
            point.models[name] = model.resource
        }
        point.memory.workers = Int(bytes)
        return point
    }
}

extension ActivityPoint.Model {
    fileprivate var resource: HistoryPointResource.Model {
        var model = HistoryPointResource.Model()
        model.requests = requests
        model.tokens = tokens
        model.loads = loads
        model.evictions = evictions
        model.failures = failures
        model.memory = Int(memory)
        return model
    }
}
