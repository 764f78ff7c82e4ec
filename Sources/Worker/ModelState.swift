// SPDX-License-Identifier: MIT

import Synchronization
import Wire

/// Whether the model can be used yet. Routes ask; the process sets it once.
final class ModelState: Sendable {
    private let model = Mutex<ServedModel?>(nil)

    /// Makes the model available.
    func set(_ loaded: ServedModel) {
        model.withLock { $0 = loaded }
    }

    /// - Throws: 503 while the model loads.
    func get() throws(APIError) -> ServedModel {
        guard let model = model.withLock({ $0 }) else { throw APIError(.unavailable, "Loading model") }
        return model
    }
}
