// SPDX-License-Identifier: MIT

/// The waiters of reloads: one reload goes on, and one more stands for all wishes that came since it began.
struct ReloadQueue {
    private var current: Task<Void, Never>?
    private var next: Task<Void, Never>?

    /// The reload that answers a wish made now.
    /// - Parameter make: makes it; it has to wait for the one it is given, then call `begin`.
    mutating func join(_ make: (_ after: Task<Void, Never>?) -> Task<Void, Never>) -> Task<Void, Never> {
        if let next { return next }
        let task = make(current)
        next = task
        return task
    }

    /// The waiting reload begins: it sees nothing that happens from here on.
    mutating func begin() {
        current = next
        next = nil
    }
}
