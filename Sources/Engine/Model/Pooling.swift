// SPDX-License-Identifier: MIT

/// How the embeddings of a text's tokens become one; the numbers are llama.cpp's.
package enum Pooling: Int32, Sendable {
    /// They don't.
    case none
    case mean
    case cls
    case last
    /// The scores of a classifier take their place.
    case rank

    /// - Parameter name: as options have it.
    package init?(name: String) {
        switch name {
        case "none": self = .none
        case "mean": self = .mean
        case "cls": self = .cls
        case "last": self = .last
        case "rank": self = .rank
        default: return nil
        }
    }

    /// As options have it.
    package var name: String {
        switch self {
        case .none: "none"
        case .mean: "mean"
        case .cls: "cls"
        case .last: "last"
        case .rank: "rank"
        }
    }
}
