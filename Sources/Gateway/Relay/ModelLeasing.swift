// SPDX-License-Identifier: MIT

package import Wire

/// Gives out leases. What the relay needs of `Fleet`.
package protocol ModelLeasing: Sendable {
    /// Why the server can do nothing with requests now; nil if it can.
    var illness: APIError? { get }

    /// The names of the models that serve a purpose, without hidden ones.
    func models(for purpose: ModelPurpose) -> [String]

    /// The last request for a model said that it needs it no more: it leaves once nothing is in flight.
    /// - Parameter name: id or alias.
    /// - Returns: why it can't; nil also where the model isn't loaded.
    func release(_ name: String) -> APIError?

    /// Asks for a worker of the model, which is loaded if need be.
    /// - Parameters:
    ///   - name: id or alias.
    ///   - autoload: whether this request may load the model; nil for the server's default.
    ///   - isUse: whether the request counts as a use of the model; a look at it doesn't keep it from leaving.
    ///   - completion: called exactly once: before this function returns if the model is ready, else from any thread.
    /// - Returns: what withdraws the request, or nil if it is settled already.
    func lease(
        _ name: String,
        autoload: Bool?,
        isUse: Bool,
        completion: @escaping @Sendable (Result<any ModelLease, APIError>) -> Void
    ) -> (@Sendable () -> Void)?
}

extension ModelLeasing {
    package func models(for purpose: ModelPurpose) -> [String] { [] }
}
