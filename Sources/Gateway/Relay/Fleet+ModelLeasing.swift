// SPDX-License-Identifier: MIT

import Catalogue
package import Fleet
package import Wire

extension Fleet: ModelLeasing {
    /// A router is well as soon as it listens, however its models are, unless it can't reach or start workers.
    package var illness: APIError? { problem.map { APIError(.unavailable, $0) } }

    package func models(for purpose: ModelPurpose) -> [String] {
        models().map(\.entry).filter(purpose.suits).map(\.id)
    }

    package func release(_ name: String) -> APIError? {
        do {
            try keep(name, .after(.zero))
            return nil
        } catch {
            return error.apiError
        }
    }

    package func lease(
        _ name: String,
        autoload: Bool?,
        isUse: Bool,
        completion: @escaping @Sendable (Result<any ModelLease, APIError>) -> Void
    ) -> (@Sendable () -> Void)? {
        let ticket: Ticket? = lease(name, autoload: autoload, isUse: isUse) { (result: Result<Lease, FleetError>) in
            switch result {
            case .success(let lease): completion(.success(lease))
            case .failure(let error): completion(.failure(error.apiError))
            }
        }
        guard let ticket else { return nil }
        return { self.cancel(ticket) }
    }
}

extension Lease: ModelLease {
    package func explainLoss(within deadline: Duration, completion: @escaping @Sendable (APIError) -> Void) {
        reasonForLoss(within: deadline) { completion($0.apiError) }
    }
}
