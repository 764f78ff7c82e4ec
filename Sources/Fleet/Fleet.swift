// SPDX-License-Identifier: MIT

package import Logging

/// The models of this router and their workers: gives out leases, loads and unloads.
package final class Fleet: Sendable {
    package init(
        catalogue: Catalogue, settings: FleetSettings, launcher: any WorkerLauncher, clock: any Clock<Duration>,
        logger: Logger
    ) {}

    /// Asks for a model. A model that is ready is granted before this returns, on the caller's thread.
    ///
    /// - Parameters:
    ///   - name: The model's id or one of its aliases.
    ///   - autoload: Whether an absent model is to be loaded; nil: as the settings say.
    ///   - completion: Is called exactly once, from any thread, possibly before this returns.
    /// - Returns: What `cancel` needs, or nil if the request was answered.
    package func lease(
        _ name: String, autoload: Bool? = nil, completion: @escaping @Sendable (Result<Lease, FleetError>) -> Void
    ) -> Ticket? { fatalError() }

    /// Drops a request that waits: its completion gets an error, unless it was called before.
    package func cancel(_ ticket: Ticket) {}

    /// Starts to load a model; returns before it is ready.
    /// - Throws: `notFound`, `unusable`, `alreadyRunning`, `limitReached`, `shuttingDown`.
    package func load(_ name: String) throws(FleetError) {}

    /// Starts to stop a model. It takes no new requests; those in flight may finish within the stop timeout.
    /// - Throws: `unknownModel`, `notRunning`.
    package func unload(_ name: String) throws(FleetError) {}

    /// All models, in the catalogue's order.
    package func models() -> [ModelStatus] { [] }

    /// One model, by id or alias; nil if there is none of that name.
    package func status(of name: String) -> ModelStatus? { nil }

    /// Stops everything: refuses new requests, lets those in flight finish, and returns when every worker has exited.
    /// - Parameter grace: How long the requests in flight may take.
    package func shutdown(grace: Duration) async {}
}
