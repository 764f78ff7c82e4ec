// SPDX-License-Identifier: MIT

import CLlama

extension Context {
    /// Chooses what is computed with from now on.
    /// - Parameter scales: of each adapter, 0 for one that isn't used.
    func use(_ adapters: [Adapter], scales: [Float]) {
        let handles = adapters.map { Optional($0.handle) }
        _ = eh_context_set_adapters(handle, handles, scales, Int32(adapters.count))
    }
}
