// SPDX-License-Identifier: MIT

/// Why a model's last worker didn't end as it was asked to.
package struct ModelFailure: Sendable, Equatable {
    /// One sentence: what the worker said, or how it ended.
    package var reason: String
    /// How the process ended; nil while it is still ending.
    package var exit: WorkerExit?
    /// The last lines that the worker wrote, oldest first.
    package var logTail: [String]

    /// What holds the memory that it lacked; nil where memory wasn't the reason.
    package var memoryTable: String?

    package init(reason: String, exit: WorkerExit? = nil, logTail: [String] = []) {
        self.reason = reason
        self.exit = exit
        self.logTail = logTail
    }
}

extension ModelFailure {
    /// A load that took longer than it may.
    static func tooSlow(limit: Duration) -> Self {
        .init(reason: "it was not ready after \(limit.components.seconds) s; it may need a longer --load-timeout")
    }

    /// The reason with what helps to understand it: a hint, and the last log line unless that is the reason itself.
    package var sentence: String {
        var text = reason
        if let memoryTable, !memoryTable.isEmpty { text += "; " + memoryTable }
        if let exit, exit == .signaled(9), reason.contains("\(exit)") { text += ", perhaps because memory ran out" }
        if let last = logTail.last(where: { !$0.isEmpty }), !text.contains(last),
            !last.contains(reason)
        {
            text += "; last log line: \(last.prefix(300))"
        }
        return text
    }
}
