// SPDX-License-Identifier: MIT

/// Why a worker leaves.
package enum LeaveCause: Sendable, Equatable {
    /// Another model needs its place.
    case evicted
    /// It was idle for as long as its policy allows.
    case expired
    /// A user unloaded it.
    case unloaded
    /// Its files or options changed, or are gone.
    case reloaded
    /// It can't be reached any more: its socket was removed.
    case cutOff
    /// The router shuts down.
    case shutdown
    /// It failed while it was loading, or it stalled.
    case failed(ModelFailure)

    /// One word for logs and metrics.
    package var word: String {
        switch self {
        case .evicted: "evicted"
        case .expired: "expired"
        case .unloaded: "unloaded"
        case .reloaded: "reloaded"
        case .cutOff: "cut_off"
        case .shutdown: "shutdown"
        case .failed: "failed"
        }
    }
}
