// SPDX-License-Identifier: MIT

import Fleet
package import Wire

/// What the relay answers itself, before it has read a request's body.
package enum EarlyAnswer: Sendable {
    /// The request is not let in, its body can't be read, or no worker can serve it.
    case refusal(APIError)
    /// The server is asked whether it lives. Load balancers and scripts do so all day.
    case healthy
    /// Ollama's clients ask at `/` whether it runs.
    case greeting

    func action<Lease, Upstream>(_ dialect: Dialect, closes: Bool) -> RelayAction<Lease, Upstream> {
        switch self {
        case .refusal(let error): .answer(error, dialect, closes: closes)
        case .healthy: .answerHealthy(closes: closes)
        case .greeting: .answerGreeting(closes: closes)
        }
    }
}
