// SPDX-License-Identifier: MIT

import Fleet

/// The last hour in points, oldest first. It has no clock: samples say when they were taken.
package struct ActivityHistory {
    /// How long a point is, in seconds.
    package static let interval = 10.0
    /// How far back the points go, in seconds.
    package static let span = 3600.0
    /// The most models of one point. Beyond that a point has the models that did most.
    package static let modelsMax = 64

    private var points: [ActivityPoint] = []
    /// The counters of the models as they were.
    private var before: [String: ModelCounters] = [:]
    private var lastTime: Double?

    package init() {}

    /// Makes a point of what happened since the last one.
    package mutating func take(_ tally: ActivityTally, _ sample: ActivitySample) {
        // As it is told: who asks for what came later than that must not get it again.
        let time = ActivityRecord.rounded(sample.time, 1000)
        // The clock may have been set, or the machine asleep.
        let begin = lastTime.map { min(max($0, time - Self.span), time) } ?? time - Self.interval
        let start = ActivityRecord.rounded(begin, 1000)
        lastTime = time
        var point = ActivityPoint(time: start, duration: time - start)
        for model in Array(tally.models.values) + [tally.ungranted] {
            point.requests += model.requests
            point.failed += model.failed
            // What was counted as events may turn out to be fewer tokens.
            point.tokens += max(0, model.tokens)
        }
        point.meanWait = tally.granted > 0 ? tally.waited / Double(tally.granted) : 0
        point.longestWait = tally.longestWait
        point.deepestQueue = tally.deepestQueue
        point.memory = sample.memory
        var counters: [String: ModelCounters] = [:]
        for model in sample.fleet.models {
            point.inFlight += model.inFlight
            counters[model.id] = model.counters
            let part = part(of: model, tally.models[model.id])
            if !part.isEmpty { point.models[model.id] = part }
        }
        before = counters
        if point.models.count > Self.modelsMax {
            let kept = point.models.sorted { Self.weight($0.value) > Self.weight($1.value) }.prefix(Self.modelsMax)
            point.models = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
        }
        points.append(point)
        points.removeAll { $0.time < time - Self.span }
        // A clock that was set back must not let them pile up.
        let most = Int(Self.span / Self.interval)
        if points.count > most { points.removeFirst(points.count - most) }
    }

    /// The points that begin later than `time`.
    package func points(since time: Double) -> [ActivityPoint] { points.filter { $0.time > time } }

    private func part(of model: FleetMetrics.Model, _ tally: ActivityTally.Model?) -> ActivityPoint.Model {
        let before = before[model.id]
        var part = ActivityPoint.Model()
        part.requests = tally?.requests ?? 0
        part.tokens = max(0, tally?.tokens ?? 0)
        // A model that went and came again begins at 0.
        part.loads = max(0, model.counters.loads - (before?.loads ?? 0))
        part.failures = max(0, model.counters.failures - (before?.failures ?? 0))
        let evictions = model.counters.departures["evicted"] ?? 0
        part.evictions = max(0, evictions - (before?.departures["evicted"] ?? 0))
        part.memory = model.memoryBytes
        return part
    }

    /// What makes a model worth its place.
    private static func weight(_ model: ActivityPoint.Model) -> (Int, Int, Int64) {
        (model.requests + model.loads + model.failures + model.evictions, model.tokens, model.memory)
    }
}
