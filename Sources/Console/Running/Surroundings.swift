// SPDX-License-Identifier: MIT

package import Wire

/// What commands know of the process that they run in.
package struct Surroundings: Sendable {
    package let environment: [String: String]
    /// The worker's program, which `doctor` asks about its engine.
    package let workerPath: String
    /// Reads the options with which the server would start without arguments, for `doctor`.
    package let serverOptions: @Sendable () throws(OptionError) -> ParsedOptions
    /// Looks for what the server would find with such options, for `doctor`.
    package let localFacts: @Sendable (OptionValues) -> LocalFacts

    package init(
        environment: [String: String],
        workerPath: String,
        serverOptions: @escaping @Sendable () throws(OptionError) -> ParsedOptions,
        localFacts: @escaping @Sendable (OptionValues) -> LocalFacts
    ) {
        self.environment = environment
        self.workerPath = workerPath
        self.serverOptions = serverOptions
        self.localFacts = localFacts
    }
}
