// SPDX-License-Identifier: MIT

import Synchronization

/// The counters of a worker, which outlive its engines: a model that slept begins with a new one.
package final class EngineMetrics: Sendable {
    private let counters = Mutex(EngineCounters())

    package init() {}

    func update(_ change: (inout EngineCounters) -> Void) {
        counters.withLock { change(&$0) }
    }

    /// Tokens of prompts that were computed in a second, since the worker started; nil before there were some hundreds: a few tell
    /// more of what a step costs.
    var promptRate: Double? {
        counters.withLock { counters in
            counters.prompt.tokens >= 256 && counters.prompt.rate > 0 ? counters.prompt.rate : nil
        }
    }

    /// All that was counted; the windows begin anew.
    package func scrape() -> EngineCounters {
        counters.withLock { counters in
            defer { counters.resetWindows() }
            return counters
        }
    }
}
