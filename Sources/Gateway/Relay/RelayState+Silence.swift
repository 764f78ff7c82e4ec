// SPDX-License-Identifier: MIT

package import Wire

extension RelayState {
    /// Whether the worker is expected to send something; it isn't while the client doesn't read.
    package var isWorkerAwaited: Bool {
        switch phase {
        case .awaitingHead, .streaming(_, _, _, _, isPaused: false): true
        default: false
        }
    }

    /// The worker has sent nothing for too long: the request ends without it.
    package mutating func workerSilent(_ error: APIError) -> [Action] {
        switch phase {
        case .awaitingHead(let exchange, let lease, let upstream, _):
            return [.closeUpstream(upstream), .endLease(lease)] + conclude(error, exchange) + finish()
        case .streaming(let exchange, let lease, let upstream, let kind, isPaused: false) where kind.tellsErrors:
            quiesce()
            return [.closeUpstream(upstream), .endLease(lease), .endStream(error, exchange.dialect)] + finish()
        case .streaming(_, let lease, let upstream, _, isPaused: false):
            phase = .closed
            return [.closeUpstream(upstream), .endLease(lease), .abortClient]
        default:
            return []
        }
    }
}
