// SPDX-License-Identifier: MIT

package import Catalogue
package import Wire

/// Starts worker processes.
package protocol WorkerLauncher: Sendable {
    /// Starts a worker and returns at once, without waiting for the process.
    ///
    /// - Parameters:
    ///   - order: What to start.
    ///   - report: Is told each event of the worker and, at last and exactly once, `exited`; also when the
    ///     process could not be started. Calls may come from any thread; `cutOff` may come beside another.
    func launch(_ order: LaunchOrder, report: @escaping @Sendable (WorkerNews) -> Void) -> any WorkerProcess

    /// The whole command line of a model's worker, program first.
    /// - Parameter worker: The live worker; nil for what would be started, less what only a launch can know.
    func commandLine(for entry: ModelEntry, arguments: [String], worker: WorkerID?) -> [String]

    /// Whether new connections to a worker are possible, as far as the launcher can see without one.
    func isReachable(_ worker: WorkerID) -> Bool

    /// Finds out what a model would take of each device, without loading it.
    /// - Parameter report: Is told exactly once, from any thread; nil if that can't be said.
    func measure(_ entry: ModelEntry, arguments: [String], report: @escaping @Sendable ([MemoryUse]?) -> Void)

    /// Finds out what there is of the memory of each device, and what is free.
    /// - Parameter report: Is told exactly once, from any thread, possibly before this returns: those first that models are put
    ///   on first; nil if that can't be said.
    func devices(report: @escaping @Sendable ([MemoryDevice]?) -> Void)

    /// Why workers can't be reached or started, as a sentence without a full stop; nil if they can.
    var problem: String? { get }

    /// Reads a model's files into the page cache, as long as it isn't launched; returns at once.
    func readAhead(_ entry: ModelEntry)

    /// Bytes of main memory that conversations take which have outlived their workers.
    var storedBytes: Int64 { get }

    /// Has them take no more than these bytes from now on; returns at once.
    func limitStored(to bytes: Int64)

    /// Has what it can ready for the next launch.
    func prepare()

    /// No launch comes any more: nothing is kept ready, and workers that are stopped end.
    func retire()

    /// Removes what the launcher made for all workers, when the last one has exited.
    func shutdown() async
}

extension WorkerLauncher {
    package func measure(
        _ entry: ModelEntry,
        arguments: [String],
        report: @escaping @Sendable ([MemoryUse]?) -> Void
    ) { report(nil) }
    package func readAhead(_ entry: ModelEntry) {}
    package var storedBytes: Int64 { 0 }
    package func limitStored(to bytes: Int64) {}
    package func prepare() {}
    package func retire() {}
    package func devices(report: @escaping @Sendable ([MemoryDevice]?) -> Void) { report(nil) }
    package func isReachable(_ worker: WorkerID) -> Bool { true }
    package var problem: String? { nil }
}
