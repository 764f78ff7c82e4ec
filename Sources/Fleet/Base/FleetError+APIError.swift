// SPDX-License-Identifier: MIT

package import Wire

extension FleetError {
    /// The error as a client sees it; kinds and statuses are llama-server's.
    package var apiError: APIError {
        let kind: APIError.Kind =
            switch code {
            case .unknownModel, .notLoaded, .notRunning, .alreadyRunning: .invalidRequest
            case .notFound: .notFound
            case .unusable, .loadFailed, .cancelled, .limitReached, .workerLost: .server
            case .pinned, .queueFull, .queueTimeout, .shuttingDown: .unavailable
            }
        return APIError(kind, message, retryAfter: retryAfter, isUnknownModel: code == .unknownModel)
    }
}
