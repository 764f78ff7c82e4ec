// SPDX-License-Identifier: MIT

extension UInt64 {
    /// The sum, or the largest number where the sum is larger.
    func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
