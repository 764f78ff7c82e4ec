// SPDX-License-Identifier: MIT

/// What an operator can set about the life of models.
package struct FleetSettings: Sendable {
    /// The most models that may live at once, from launch to exit; 0 stands for no limit.
    package var modelsMax = 4
    /// Whether a request for an absent model loads it, where the request itself doesn't say.
    package var autoload = true
    /// How long a request waits for its model before it is rejected.
    package var queueTimeout: Duration = .seconds(600)
    /// How long a model may take to load; nil: 60 s and a second for each 50 MB of its files.
    package var loadTimeout: Duration?
    /// How long a worker has to exit once it was asked to, before it is killed; also how long the requests of a model
    /// that a user unloads have to finish.
    package var stopTimeout: Duration = .seconds(10)
    /// The most requests that one worker gets at the same time; nil stands for no limit.
    package var requestsPerWorker: Int?
    /// Arguments that every worker gets, behind those of its model's own options.
    package var workerArguments: [String] = []

    package init() {}

    /// The arguments of a model's worker behind those that the launcher sets itself.
    func arguments(of entry: ModelEntry) -> [String] { entry.workerArguments + workerArguments }
}
