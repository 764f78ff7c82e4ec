// SPDX-License-Identifier: MIT

/// Whether steps follow each other so fast that tokens may gather before their readers get them.
package struct StepPace: Sendable, Equatable {
    /// A step that took longer is followed by others like it, and a token must not wait for them.
    package static let briskStep: Duration = .milliseconds(4)

    /// Whether tokens of the step that comes may gather.
    package private(set) var isBrisk = false
    private var last: Duration?

    package init() {}

    /// A step begins.
    /// - Parameter hasOnlyTokens: whether each slot computes one token in it, so that it takes about as long as the last.
    /// - Returns: whether what has gathered must be released first.
    package mutating func begin(at now: Duration, hasOnlyTokens: Bool) -> Bool {
        let wasBrisk = isBrisk
        isBrisk = hasOnlyTokens && (last.map { now - $0 < Self.briskStep } ?? false)
        last = now
        return wasBrisk && !isBrisk
    }
}
