// SPDX-License-Identifier: MIT

import Fleet
import Wire

/// The one model of a server without others: every request is for it, whatever the request says. As with llama-server,
/// a look is refused at once while it isn't loaded; a request that uses it waits.
struct OnlyModel: ModelLeasing {
    let fleet: Fleet
    /// The model's name.
    let id: String
    /// Where leases come from: the fleet, unless a test has its own.
    let base: any ModelLeasing

    func release(_ name: String) -> APIError? { base.release(id) }

    func lease(
        _ name: String,
        autoload: Bool?,
        isUse: Bool,
        completion: @escaping @Sendable (Result<any ModelLease, APIError>) -> Void
    ) -> (@Sendable () -> Void)? {
        if !isUse, let absence {
            completion(.failure(absence))
            return nil
        }
        return base.lease(id, autoload: isUse, isUse: isUse, completion: completion)
    }

    /// Why there is nothing to look at; nil if the model is loaded.
    private var absence: APIError? {
        // One that wakes is `loading`, and its worker answers all the same.
        if fleet.serves(id) { return nil }
        return switch fleet.word(of: id) {
        case .loaded?, .sleeping?, nil: nil
        case .loading?, .downloading?, .downloaded?: Self.loading
        case .unloaded?: APIError(.unavailable, "the model is not loaded; the next request that uses it loads it")
        }
    }

    /// Whether the server can do something with a request; nil if it can.
    ///
    /// A model that was unloaded, or has lost its worker, is loaded by the next request: that is no reason to send requests
    /// elsewhere. One that fails to load is.
    var illness: APIError? {
        if let problem = fleet.problem { return APIError(.unavailable, problem) }
        guard let status = fleet.status(of: id) else { return nil }
        if status.word == .loading, status.endpoint == nil { return Self.loading }
        guard let wait = status.retryIn, let failure = status.failure else { return nil }
        return APIError(.unavailable, "the model failed to load: \(failure.sentence)", retryAfter: wait)
    }

    static let loading = APIError(.unavailable, "Loading model")
}
