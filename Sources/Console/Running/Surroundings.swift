// SPDX-License-Identifier: MIT

package import Wire

/// What commands know of the process that they run in.
package struct Surroundings: Sendable {
    package let environment: [String: String]
    /// The worker's program, which `doctor` asks about its engine.
    package let workerPath: String
    /// The folders in which the models for `demo` may lie, the likeliest first.
    package let demoFolders: [String]
    /// Runs a router over a folder of models in this process, with no options but that folder, and lends its address; it ends with `body`.
    package let withRouter:
        @Sendable (_ folder: String, _ body: @escaping @Sendable (_ address: String) async throws -> Void) async throws
            -> Void
    /// The machine's main memory, and what control groups leave of it, in bytes; nil where it doesn't tell.
    package let hostMemory: @Sendable () -> Int64?
    /// Reads the options with which the server would start without arguments, for `doctor`.
    package let serverOptions: @Sendable () throws(OptionError) -> ParsedOptions
    /// Looks for what the server would find with such options, for `doctor`.
    package let localFacts: @Sendable (OptionValues) -> LocalFacts

    package init(
        environment: [String: String],
        workerPath: String,
        demoFolders: [String],
        withRouter:
            @escaping @Sendable (
                _ folder: String, _ body: @escaping @Sendable (_ address: String) async throws -> Void
            ) async throws -> Void,
        hostMemory: @escaping @Sendable () -> Int64?,
        serverOptions: @escaping @Sendable () throws(OptionError) -> ParsedOptions,
        localFacts: @escaping @Sendable (OptionValues) -> LocalFacts
    ) {
        self.environment = environment
        self.workerPath = workerPath
        self.demoFolders = demoFolders
        self.withRouter = withRouter
        self.hostMemory = hostMemory
        self.serverOptions = serverOptions
        self.localFacts = localFacts
    }
}
