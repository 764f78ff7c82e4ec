// SPDX-License-Identifier: MIT

/// A metadata value as far as it is kept.
package enum GGUFValue: Sendable, Equatable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case string(String)
    /// A string too long to keep (``GGUFLimits/stringBytes``), by its length in bytes.
    case skippedString(byteCount: UInt64)
    /// An array.
    /// - Parameter first: The first elements, as many as ``GGUFLimits/arrayElements`` says; none of nested arrays.
    case array(of: GGUFValueType, count: UInt64, first: [GGUFValue] = [])
}
