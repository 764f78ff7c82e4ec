// SPDX-License-Identifier: MIT

/// What happened to requests in a stretch of time.
package struct ActivityTally: Sendable, Equatable {
    /// One model's part.
    package struct Model: Sendable, Equatable {
        /// Requests that ended.
        package var requests = 0
        /// Those of them that failed.
        package var failed = 0
        /// Tokens that were generated, as far as they can be counted.
        package var tokens = 0

        package init(requests: Int = 0, failed: Int = 0, tokens: Int = 0) {
            self.requests = requests
            self.failed = failed
            self.tokens = tokens
        }
    }

    /// By model, of the requests that got one.
    package var models: [String: Model] = [:]
    /// The requests that ended without.
    package var ungranted = Model()
    /// Requests that got their model.
    package var granted = 0
    /// Seconds that these had waited in the queue, all together.
    package var waited = 0.0
    /// The longest of these waits, in seconds.
    package var longestWait = 0.0
    /// The most requests that waited at the same time.
    package var deepestQueue = 0

    package init() {}
}
