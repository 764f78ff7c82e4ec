// SPDX-License-Identifier: MIT

package import Catalogue
package import Wire

/// What models could take of this machine's memory if a router ran here.
package struct LocalRoom {
    let surroundings: Surroundings

    /// Nil where the machine doesn't tell.
    var room: ModelRoom? {
        get async {
            guard let host = surroundings.hostMemory() else { return nil }
            // Without the worker's word there is main memory.
            let about = try? await WorkerQuestion.about(surroundings.workerPath)
            return Self.room(host: host, about: about)
        }
    }

    /// - Parameters:
    ///   - host: main memory, in bytes.
    ///   - about: what `enginehouse-worker --about` says; nil if it says nothing.
    package static func room(host: Int64, about: JSONValue?) -> ModelRoom {
        let devices = about?["engine"]?["devices"]?.array ?? []
        let gpus = devices.filter { $0["kind"]?.string?.contains("gpu") == true }
        // As a router leaves it to others, where nothing else is set: MemorySettings.
        let free = gpus.reduce(Int64(0)) { sum, device in
            sum.addingSaturating(max((device["memory_total"]?.integer ?? 0) - 1 << 30, 0))
        }
        return ModelRoom(host: host - host / 10, gpus: free)
    }
}
