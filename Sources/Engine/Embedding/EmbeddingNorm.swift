// SPDX-License-Identifier: MIT

import CLlama

/// The length that embeddings are brought to, as llama.cpp numbers it.
package enum EmbeddingNorm: Sendable, Equatable {
    /// As the model gives them.
    case none
    /// The largest becomes 32760, so that they fit 16 bits.
    case largest
    /// p-norm of 1: 1 taxicab, 2 Euclidean.
    case p(Int32)

    /// - Parameter number: -1 none, 0 largest, else p.
    package init(number: Int) {
        self = number < 0 ? .none : number == 0 ? .largest : .p(Int32(clamping: number))
    }

    /// The values at that length; all zero if they are.
    package func apply(_ values: [Float]) -> [Float] {
        switch self {
        case .none: return values
        case .largest:
            let largest = values.reduce(0) { max($0, abs($1)) }
            return largest > 0 ? values.map { $0 / largest * 32_760 } : values
        case .p(let p):
            var values = values
            values.withUnsafeMutableBufferPointer { eh_normalize($0.baseAddress, Int32($0.count), p) }
            return values
        }
    }
}
