// SPDX-License-Identifier: MIT

/// An error with a sentence for a person: what happened and what to do, without a full stop. Every error that leaves its target
/// is one.
package protocol ExplainedError: Error, Equatable, CustomStringConvertible {
    var message: String { get }
}

extension ExplainedError {
    package var description: String { message }
}

/// An error that callers tell apart by its code. Each target has a name for its own, such as `HubError`.
package struct CodedError<Code: Sendable & Equatable>: ExplainedError {
    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
