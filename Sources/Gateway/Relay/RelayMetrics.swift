// SPDX-License-Identifier: MIT

package import NIOCore
import Synchronization

/// What the relay counts, by model.
package final class RelayMetrics: Sendable {
    /// One model's figures since the start.
    package struct Model: Sendable {
        /// Answers by their HTTP status.
        package fileprivate(set) var answers: [UInt: Int] = [:]
        /// How many streams had their first byte within each of the bounds.
        package fileprivate(set) var firstTokens = [Int](repeating: 0, count: RelayMetrics.bounds.count)
        package fileprivate(set) var firstTokenCount = 0
        /// In seconds, all together.
        package fileprivate(set) var firstTokenSum = 0.0
    }

    /// Upper bounds of the histogram of times to first token, in seconds.
    package static let bounds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    private let models = Mutex<[String: Model]>([:])

    package init() {}

    /// A request was answered.
    /// - Parameter firstToken: from the request's end to the first bytes of its stream; nil if it got none.
    package func answered(_ model: String, status: UInt, firstToken: TimeAmount?) {
        models.withLock { models in
            models[model, default: Model()].answers[status, default: 0] += 1
            guard let firstToken else { return }
            let seconds = Double(firstToken.nanoseconds) / 1e9
            models[model]?.firstTokenCount += 1
            models[model]?.firstTokenSum += seconds
            guard let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) else { return }
            models[model]?.firstTokens[bucket] += 1
        }
    }

    /// The figures of all models that were asked for, by name.
    package func snapshot() -> [String: Model] { models.withLock { $0 } }
}
