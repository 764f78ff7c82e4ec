// SPDX-License-Identifier: MIT

import Synchronization
import Wire

extension Lease {
    /// How long the worker took to load its model; nil if the model is on its way out.
    package var loadTime: Duration? {
        let model = model
        return fleet.guarded.withLock { tables in
            guard case .ready(let ready) = tables.state.phase(of: model) else { return nil }
            return .seconds(ready.measured.loadSeconds)
        }
    }
}
