// SPDX-License-Identifier: MIT

import CLlama

/// What the engine's calls may cost that prepare a request: those that render templates, read schemas and grammars, and
/// turn texts into tokens.
///
/// `@unchecked Sendable`: the handle is made once; the flag behind it is atomic.
package final class CallLimits: @unchecked Sendable {
    private let handle: OpaquePointer?
    private let time: Duration
    private let bytes: UInt64

    /// - Parameters:
    ///   - time: how long the calls of one stretch of work may take together.
    ///   - bytes: how much memory one of them may take.
    package init(time: Duration = .seconds(20), bytes: Int = 512 << 20) {
        handle = eh_flag_create()
        self.time = time
        self.bytes = UInt64(bytes)
    }

    deinit {
        if let handle { eh_flag_free(handle) }
    }

    /// Ends the calls that run and those that follow: their results are not wanted any more.
    package func cancel() {
        if let handle { eh_flag_set(handle) }
    }

    /// Runs a stretch of work, without suspension, whose calls are bounded.
    package func apply(_ body: () -> Void) {
        eh_limit_begin(UInt32(time / .milliseconds(1)), bytes, handle)
        defer { eh_limit_end() }
        body()
    }
}
