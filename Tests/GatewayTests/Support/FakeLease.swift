// SPDX-License-Identifier: MIT

import Gateway
import Synchronization
import Wire

/// A lease that counts its ends.
final class FakeLease: ModelLease {
    let model: String
    let endpoint: WorkerEndpoint
    private let endings = Atomic(0)
    /// What requests said of how long the model is to stay.
    let kept = Mutex<[KeepAlive]>([])
    private let onEnd: @Sendable () -> Void

    let loadTime: Duration? = nil

    var ends: Int { endings.load(ordering: .sequentiallyConsistent) }

    private let cutOff: Bool

    init(
        model: String,
        endpoint: WorkerEndpoint,
        isCutOff: Bool = false,
        onEnd: @escaping @Sendable () -> Void
    ) {
        cutOff = isCutOff
        self.model = model
        self.endpoint = endpoint
        self.onEnd = onEnd
    }

    func progress() {}

    func keep(_ time: KeepAlive, isStandard: Bool) { kept.withLock { $0.append(time) } }

    func isCutOff() -> Bool { cutOff }

    func end() {
        endings.add(1, ordering: .sequentiallyConsistent)
        onEnd()
    }

    func explainLoss(within deadline: Duration, completion: @escaping @Sendable (APIError) -> Void) {
        completion(APIError(.server, "the worker was killed by signal 9 (SIGKILL)"))
    }
}
