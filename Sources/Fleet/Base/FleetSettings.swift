// SPDX-License-Identifier: MIT

/// What an operator can set about the life of models.
package struct FleetSettings: Sendable {
    /// The most models that may live at once, from launch to exit; 0 stands for no limit.
    package var modelsMax = 4
    /// Whether a request for an absent model loads it, where the request itself doesn't say.
    package var autoload = true
    /// How long a request waits for its model before it is rejected.
    package var queueTimeout: Duration = .seconds(600)
    /// The most requests that may wait at once; further ones are rejected. 0 stands for no limit.
    package var queueMax = 512
    /// How long a busy model may serve, from when it became ready, before it drains for an older request for another.
    /// Nil: four load times of the other, at least 1 s, at most `queueFairness`.
    package var modelsQuantum: Duration?
    /// How long a request waits at most before busy models drain for it, however short they have been ready.
    package var queueFairness: Duration = .seconds(30)
    /// How long a model may take to load; nil: 60 s and a second for each 50 MB of its files.
    package var loadTimeout: Duration?
    /// How long a worker has to exit once it was asked to, before it is killed; also how long the requests of a model
    /// that a user unloads have to finish. A model's policy may say otherwise.
    package var stopTimeout: Duration = .seconds(10)
    /// After how long without a byte a worker that has work is probed, and killed if it doesn't answer; zero: never.
    package var stallTimeout: Duration = .seconds(120)
    /// How long a worker has to answer such a probe.
    package var probeTimeout: Duration = .seconds(10)
    /// The most requests that one worker gets at the same time; nil stands for no limit.
    package var requestsPerWorker: Int?

    /// What is about the memory that models share.
    package var memory = MemorySettings()
    /// The cores that workers share; nil: each takes what it likes.
    package var cores: Int?

    package init() {}
}
