// SPDX-License-Identifier: MIT

/// What an operator can set about the life of one model.
package struct ModelPolicy: Sendable, Equatable {
    /// Whether the model, once it lives, never has to make room for another. It counts against the limit like any
    /// other, and its `ttl` doesn't end it.
    package var pin: Bool
    /// How long the model may be idle before it is unloaded; nil: for ever.
    package var ttl: Duration?
    /// Whether the model is loaded when the router starts.
    package var loadOnStartup: Bool
    /// How long its worker has to exit once it was asked to; nil: as long as the fleet's settings say.
    package var stopTimeout: Duration?
    /// How long the model may take to load; nil: as long as the fleet's settings or its size allow.
    package var loadTimeout: Duration?
    /// After how long without a byte its worker is probed while it has work; zero: never; nil: as the settings say.
    package var stallTimeout: Duration?

    package init(
        pin: Bool = false,
        ttl: Duration? = nil,
        loadOnStartup: Bool = false,
        stopTimeout: Duration? = nil,
        loadTimeout: Duration? = nil,
        stallTimeout: Duration? = nil
    ) {
        self.pin = pin
        self.ttl = ttl
        self.loadOnStartup = loadOnStartup
        self.stopTimeout = stopTimeout
        self.loadTimeout = loadTimeout
        self.stallTimeout = stallTimeout
    }
}
