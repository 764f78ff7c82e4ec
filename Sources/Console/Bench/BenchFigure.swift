// SPDX-License-Identifier: MIT

import Wire

/// A measured quantity over all runs.
package struct BenchFigure: Sendable, Equatable {
    package let mean: Double
    /// The sample's standard deviation; 0 for a single value.
    package let deviation: Double
    package let least: Double
    package let most: Double

    /// nil for no values.
    package init?(_ values: [Double]) {
        guard let least = values.min(), let most = values.max() else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
        self.least = least
        self.most = most
    }

    var json: JSONValue {
        ["mean": .number(mean), "deviation": .number(deviation), "min": .number(least), "max": .number(most)]
    }
}
