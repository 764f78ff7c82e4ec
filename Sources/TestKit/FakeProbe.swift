// SPDX-License-Identifier: MIT

import Fleet
import Synchronization
package import Wire

/// A probe that says what a test wants it to.
package final class FakeProbe: WorkerProbe {
    /// Opens with the first worker that is probed.
    package let asked = Gate<WorkerEndpoint>()
    private let answer: String?

    /// - Parameter answer: What is wrong with every worker; nil if nothing is.
    package init(problem answer: String?) {
        self.answer = answer
    }

    package func problem(at endpoint: WorkerEndpoint, within limit: Duration) async -> String? {
        asked.open(endpoint)
        return answer
    }
}
