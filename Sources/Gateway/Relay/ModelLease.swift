// SPDX-License-Identifier: MIT

package import Wire

/// A worker held for one request: while it lasts, the model is not evicted. What the relay needs of `Fleet.Lease`.
package protocol ModelLease: AnyObject, Sendable {
    /// The model's canonical id.
    var model: String { get }
    /// Where the worker listens.
    var endpoint: WorkerEndpoint { get }
    /// How long the worker took to load its model, if that is known.
    var loadTime: Duration? { get }
    /// Bytes of the worker's answer came: it isn't stalled.
    func progress()
    /// Says how long the model stays after its last request.
    /// - Parameter isStandard: whether that is what holds where no request has said anything.
    func keep(_ time: KeepAlive, isStandard: Bool)
    /// Gives the worker back. A second call does nothing.
    func end()
    /// No connection to the worker could be made: whether that is because its socket is gone. Then another lease is for
    /// another worker.
    func isCutOff() -> Bool
    /// Says how the worker was lost, after its connection broke.
    /// - Parameter completion: called once, from any thread, at the latest when `deadline` has passed.
    func explainLoss(within deadline: Duration, completion: @escaping @Sendable (APIError) -> Void)
}
