// SPDX-License-Identifier: MIT

/// The last hour in points: `GET /activity/history`.
package struct HistoryResource: APIResource {
    package static let component: String? = "History"

    /// Seconds since 1970.
    package var now = 0.0
    /// Seconds of a point, and of all.
    package var interval = 0.0
    package var span = 0.0
    package var devices: [DeviceResource] = []
    package var points: [HistoryPointResource] = []

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("now", \.now), .usual("interval", \.interval), .usual("span", \.span), .usual("devices", \.devices),
        .always("points", \.points),
    ]
}

/// What happened in some seconds.
package struct HistoryPointResource: APIResource {
    /// Milliseconds that requests waited.
    package struct Wait: APIResource {
        package var mean = 0.0
        package var longest = 0.0

        package init() {}

        package static let fields: [APIField<Self>] = [.usual("mean", \.mean), .usual("max", \.longest)]
    }

    /// Bytes.
    package struct Memory: APIResource {
        package var workers = 0
        /// nil where the system doesn't tell.
        package var free: Int?
        package var total: Int?

        package init() {}

        package static let fields: [APIField<Self>] = [
            .usual("workers", \.workers), .nullable("free", \.free), .nullable("total", \.total),
        ]
    }

    /// One model's part.
    package struct Model: APIResource {
        package var requests = 0
        package var tokens = 0
        package var loads = 0
        package var evictions = 0
        package var failures = 0
        /// Bytes that its worker measured; 0 while it isn't in memory.
        package var memory = 0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .usual("requests", \.requests), .usual("tokens", \.tokens), .usual("loads", \.loads),
            .usual("evictions", \.evictions), .usual("failures", \.failures), .usual("memory", \.memory),
        ]
    }

    package static let component: String? = "HistoryPoint"

    /// When it began, in seconds since 1970, and how many seconds it lasts.
    package var time = 0.0
    package var seconds = 0.0
    package var requests = 0
    /// Requests that failed.
    package var failed = 0
    package var tokens = 0
    package var tokensPerSecond = 0.0
    package var inFlight = 0
    package var deepestQueue = 0
    package var wait = Wait()
    package var loads = 0
    package var evictions = 0
    /// Loads that failed, workers that died.
    package var failures = 0
    package var memory = Memory()
    package var models: [String: Model] = [:]

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("time", \.time), .always("seconds", \.seconds), .usual("requests", \.requests),
        .usual("failed", \.failed), .usual("tokens", \.tokens), .usual("tokens_per_second", \.tokensPerSecond),
        .usual("in_flight", \.inFlight), .usual("queue_depth", \.deepestQueue), .usual("queue_wait_ms", \.wait),
        .usual("loads", \.loads), .usual("evictions", \.evictions), .usual("failures", \.failures),
        .usual("memory", \.memory), .usual("models", \.models),
    ]
}
