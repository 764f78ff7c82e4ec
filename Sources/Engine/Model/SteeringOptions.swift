// SPDX-License-Identifier: MIT

/// Control vectors that are added to what a model's layers compute.
package struct SteeringOptions: Sendable, Equatable {
    /// One file, and how strongly it steers.
    package struct Vector: Sendable, Equatable {
        package var path: String
        package var scale: Float

        package init(path: String, scale: Float = 1) {
            self.path = path
            self.scale = scale
        }
    }

    package var vectors: [Vector]
    /// The layers that are steered, counted from 1; nil for all.
    package var layers: ClosedRange<Int32>?

    package init(_ vectors: [Vector], layers: ClosedRange<Int32>? = nil) {
        self.vectors = vectors
        self.layers = layers
    }
}
