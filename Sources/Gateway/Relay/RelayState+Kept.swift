// SPDX-License-Identifier: MIT

package import Wire

/// Requests that go on when their client leaves.
extension RelayState {
    /// The request that waits for its lease goes on without its client, as far as its response is an event stream.
    package mutating func keep() {
        guard case .leasing(var exchange) = phase else { preconditionFailure("kept too late") }
        exchange.isKept = true
        phase = .leasing(exchange)
    }

    /// Lets a kept request go on without its client.
    /// - Returns: whether it does.
    mutating func detach() -> Bool {
        guard !isDetached, var exchange = current, exchange.isKept else { return false }
        // A client that comes back can be told of failures by events only.
        exchange.hasBegun = true
        current = exchange
        isDetached = true
        quiesce()
        return true
    }

    /// The kept request under this number was stopped.
    package mutating func stopped(exchange id: Int) -> [Action] {
        guard let exchange = current, exchange.id == id, exchange.isKept else { return [] }
        var actions: [Action]
        var error = APIError(.invalidRequest, "request cancelled by a stop before its answer began")
        switch phase {
        case .leasing:
            actions = [.cancelLease]
            error = APIError(.invalidRequest, "request cancelled by a stop while the model was loading")
        case .connecting(_, let lease, _), .explaining(_, let lease, inStream: false):
            actions = [.endLease(lease)]
        case .awaitingHead(_, let lease, let upstream, _):
            actions = [.closeUpstream(upstream), .endLease(lease)]
        case .streaming(_, let lease, let upstream, _, _):
            return [.closeUpstream(upstream), .endLease(lease), .endResponse] + finish()
        case .explaining(_, let lease, inStream: true):
            return [.endLease(lease), .endResponse] + finish()
        case .idle, .collecting, .answeringEarly, .discarding, .closed:
            return []
        }
        actions += conclude(error, exchange)
        return actions + finish()
    }

    /// An operator cancels the request under this number, whether it is kept or not. Its client is told why.
    package mutating func cancelled(_ error: APIError, exchange id: Int) -> [Action] {
        guard let exchange = current, exchange.id == id else { return [] }
        switch phase {
        case .leasing:
            return [.cancelLease] + conclude(error, exchange) + finish()
        case .connecting(_, let lease, _), .explaining(_, let lease, inStream: false):
            return [.endLease(lease)] + conclude(error, exchange) + finish()
        case .awaitingHead(_, let lease, let upstream, _):
            return [.closeUpstream(upstream), .endLease(lease)] + conclude(error, exchange) + finish()
        case .streaming(_, let lease, let upstream, let kind, _) where kind.tellsErrors:
            quiesce()
            return [.closeUpstream(upstream), .endLease(lease), .endStream(error, exchange.dialect)] + finish()
        case .streaming(_, let lease, let upstream, _, _):
            // Half an answer must not look like a whole one.
            phase = .closed
            return [.closeUpstream(upstream), .endLease(lease), .abortClient]
        case .explaining(_, let lease, inStream: true):
            quiesce()
            return [.endLease(lease), .endStream(error, exchange.dialect)] + finish()
        case .idle, .collecting, .answeringEarly, .discarding, .closed:
            return []
        }
    }

    /// The request that is with the relay, from its wish for a lease on.
    private var current: Exchange? {
        get {
            switch phase {
            case .leasing(let exchange), .connecting(let exchange, _, _), .awaitingHead(let exchange, _, _, _),
                .streaming(let exchange, _, _, _, _), .explaining(let exchange, _, _):
                exchange
            case .idle, .collecting, .answeringEarly, .discarding, .closed: nil
            }
        }
        set {
            guard let newValue else { return }
            switch phase {
            case .leasing: phase = .leasing(newValue)
            case .connecting(_, let lease, let retried): phase = .connecting(newValue, lease, retried: retried)
            case .awaitingHead(_, let lease, let upstream, let mayBeStale):
                phase = .awaitingHead(newValue, lease, upstream, mayBeStale: mayBeStale)
            case .streaming(_, let lease, let upstream, let kind, let isPaused):
                phase = .streaming(newValue, lease, upstream, kind, isPaused: isPaused)
            case .explaining(_, let lease, let inStream): phase = .explaining(newValue, lease, inStream: inStream)
            case .idle, .collecting, .answeringEarly, .discarding, .closed: break
            }
        }
    }
}
