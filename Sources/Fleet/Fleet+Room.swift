// SPDX-License-Identifier: MIT

package import Catalogue
import Wire

extension Fleet {
    /// What models may take of this machine's memory, as far as it is known: before a worker has told of its GPUs, main memory alone.
    package var room: ModelRoom? {
        let devices = devices
        guard devices.isEmpty else { return ModelRoom(budgets: devices.map { ($0.device.id, $0.budget) }) }
        let books = MemoryBooks(settings.memory)
        return SystemMemory.device().flatMap { ModelRoom(budgets: [($0.id, books.budget(of: $0))]) }
    }
}
