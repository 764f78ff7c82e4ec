// SPDX-License-Identifier: MIT

import Platform

/// Why a model can't be had. The message is for the caller: what happened and what to do.
package struct FleetError: ExplainedError {
    /// What kind of failure it is.
    package enum Code: Sendable, Equatable, CaseIterable {
        /// A request, or an unload, names a model that the catalogue doesn't have.
        case unknownModel
        /// A load names a model that the catalogue doesn't have.
        case notFound
        /// The model's file can't be served at all; the message says why.
        case unusable
        /// The model isn't loaded, and the request must not load it.
        case notLoaded
        /// The model was being loaded for the request, and that failed.
        case loadFailed
        /// The model isn't running, or was stopped while the request waited for it.
        case notRunning
        /// The caller cancelled the request while it waited.
        case cancelled
        /// The model to load is running already.
        case alreadyRunning
        /// No model can leave for the one to load.
        case limitReached
        /// Pinned models, which never leave for others, hold every place.
        case pinned
        /// As many requests wait as may.
        case queueFull
        /// The request waited for as long as it may.
        case queueTimeout
        /// The router is shutting down.
        case shuttingDown
        /// The worker ended while it served the request.
        case workerLost
    }

    package let code: Code
    /// What happened and what to do, in one or two sentences.
    package let message: String
    /// How long to wait before another try has a chance; nil where that isn't known.
    package let retryAfter: Duration?

    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }
}
