// SPDX-License-Identifier: MIT

import Synchronization

/// The counters of a worker, which outlive its engines: a model that slept begins with a new one.
package final class EngineMetrics: Sendable {
    private let counters = Mutex(EngineCounters())

    package init() {}

    func update(_ change: (inout EngineCounters) -> Void) {
        counters.withLock { change(&$0) }
    }

    /// Tokens of prompts that were computed in a second, since the worker started; 0 before there were any.
    var promptRate: Double { counters.withLock { $0.prompt.rate } }

    /// All that was counted; the windows begin anew.
    package func scrape() -> EngineCounters {
        counters.withLock { counters in
            defer { counters.resetWindows() }
            return counters
        }
    }
}
