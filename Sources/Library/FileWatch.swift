// SPDX-License-Identifier: MIT

/// Notices that files change. One implementation asks the system, the other looks again and again.
package protocol FileWatch: Sendable {
    /// Yields at every change, or less often while the reader is busy.
    var changes: AsyncStream<Void> { get }
    /// How many changes there were; tells whether it is quiet.
    var count: Int { get }

    /// Watches these directories from now on, and no others.
    func watch(_ directories: [String: WatchedPaths.Interest])

    /// Ends ``changes``.
    func stop()
}

/// Makes the watch that fits the system.
enum FileWatches {
    static func make() -> any FileWatch {
        #if os(Linux)
            if let watch = InotifyWatch() { return watch }
        #endif
        return PollingWatch()
    }
}
