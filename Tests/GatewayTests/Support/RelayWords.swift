// SPDX-License-Identifier: MIT

import Gateway
import Wire

/// Says the relay's actions in short words.
enum RelayWords {
    static func text(_ action: RelayAction<Int, Int>) -> String {
        switch action {
        case .sendContinue: "sendContinue"
        case .requestLease(let exchange): "requestLease \(exchange)"
        case .cancelLease: "cancelLease"
        case .endLease(let lease): "endLease \(lease)"
        case .connect(let lease, let fresh, _): "connect \(lease) \(fresh ? "fresh" : "kept")"
        case .send(let upstream): "send \(upstream)"
        case .readUpstream(let upstream): "read \(upstream)"
        case .releaseUpstream(let upstream): "release \(upstream)"
        case .closeUpstream(let upstream): "closeUpstream \(upstream)"
        case .explainLoss(let lease, _): "explainLoss \(lease)"
        case .forwardHead(_, let closes): "forwardHead \(closes ? "close" : "keep")"
        case .endResponse: "endResponse"
        case .beginStream(let closes): "beginStream \(closes ? "close" : "keep")"
        case .ping: "ping"
        case .answerHealthy(let closes): "healthy \(closes ? "close" : "keep")"
        case .answerGreeting(let closes): "greeting \(closes ? "close" : "keep")"
        case .answerReleased(let closes): "released \(closes ? "close" : "keep")"
        case .answer(let error, _, let closes): "answer \(error.status) \(closes ? "close" : "keep")"
        case .endStream(let error, _): "endStream \(error.status)"
        case .probeClient(let probe): "probe \(probe)"
        case .takeNext: "takeNext"
        case .discardRest: "discardRest"
        case .closeClient: "closeClient"
        case .abortClient: "abortClient"
        }
    }
}
