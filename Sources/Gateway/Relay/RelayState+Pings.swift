// SPDX-License-Identifier: MIT

extension RelayState {
    /// Whether the client waits for something to read.
    package var isClientWaiting: Bool {
        switch phase {
        case .leasing, .connecting, .awaitingHead, .streaming, .explaining: true
        case .idle, .collecting, .answeringEarly, .discarding, .closed: false
        }
    }

    /// The client has read nothing for a while. One that asked for a stream gets its head and a comment.
    /// - Parameters:
    ///   - wantsStream: whether the request asks for a stream.
    ///   - endsByClosing: whether the client can see the body's end only by the connection's.
    package mutating func pingDue(wantsStream: Bool, endsByClosing: Bool) -> [Action] {
        if case .streaming(_, _, _, .eventStream, isPaused: false) = phase { return [.ping] }
        guard wantsStream, let exchange = waiting else { return [] }
        guard !exchange.hasBegun else { return [.ping] }
        var begun = exchange
        begun.hasBegun = true
        waiting = begun
        if endsByClosing { quiesce() }
        return [.beginStream(closes: isLast), .ping]
    }

    /// The request whose response hasn't begun at the worker.
    private var waiting: Exchange? {
        get {
            switch phase {
            case .leasing(let exchange), .connecting(let exchange, _, _), .awaitingHead(let exchange, _, _, _),
                .explaining(let exchange, _, inStream: false):
                exchange
            default: nil
            }
        }
        set {
            guard let newValue else { return }
            switch phase {
            case .leasing: phase = .leasing(newValue)
            case .connecting(_, let lease, let retried): phase = .connecting(newValue, lease, retried: retried)
            case .awaitingHead(_, let lease, let upstream, let mayBeStale):
                phase = .awaitingHead(newValue, lease, upstream, mayBeStale: mayBeStale)
            case .explaining(_, let lease, inStream: false): phase = .explaining(newValue, lease, inStream: false)
            default: break
            }
        }
    }
}
