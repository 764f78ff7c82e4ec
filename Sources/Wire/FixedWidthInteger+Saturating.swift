// SPDX-License-Identifier: MIT

extension FixedWidthInteger {
    /// The sum, or the nearest number there is where the sum is beyond: figures of strangers must not end the process.
    package func addingSaturating(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
