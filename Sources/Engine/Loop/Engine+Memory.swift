// SPDX-License-Identifier: MIT

import CLlama
import Platform
package import Wire

extension Engine {
    /// What a model would take with these options, by device, if nothing had to be changed for it to fit. Nothing is loaded.
    /// - Throws: `loadFailed` for a model that can't be loaded, and for one whose memory can't be foretold.
    package static func measure(_ options: EngineOptions) throws(EngineError) -> [MemoryUse] {
        try ModelHead.refuse(model: options.model.path)
        if let draft = options.speculation?.draft { try ModelHead.refuse(draft: draft.model.path) }
        let options = bounded(options)
        var wanted = options
        wanted.fit = options.fit ?? FitOptions()
        guard let load = EngineFitting(wanted) else { return [] }
        return PretendedDevices.moved(try DeviceMemory.wanted(options.model, with: load), options.model)
    }

    /// What a loaded model takes.
    /// - Parameter before: what was free before the load.
    static func measured(
        _ context: borrowing Context,
        draft: OpaquePointer?,
        _ options: EngineOptions,
        before: [MemoryDevice]
    ) -> [MemoryUse] {
        let handle = context.handle
        var memory: [MemoryUse]
        if let projector = options.projector {
            memory = projector.path.withCString { path in
                projector.lend(beside: options.context) { raw in
                    withUnsafePointer(to: raw) {
                        DeviceMemory.taken(handle, draft: draft, projector: (path, $0))
                    }
                }
            }
        } else {
            memory = DeviceMemory.taken(handle, draft: draft, projector: nil)
        }
        for index in memory.indices {
            let use = memory[index]
            if use.device.isHost {
                memory[index].overhead = max(residentBytes - (use.total - use.mapped), 0)
            } else if let free = before.first(where: { $0.id == use.device.id })?.free {
                // Adapters are in it, too.
                memory[index].overhead = max(free - use.device.free - use.total, 0)
            }
        }
        return PretendedDevices.moved(memory, options.model)
    }

    /// Bytes of this process' own memory that the system holds: without pages of files; 0 where that isn't known.
    private static var residentBytes: Int64 {
        #if os(Linux)
            guard let file = fopen("/proc/self/status", "re") else { return 0 }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 256)
            while fgets(&line, 256, file) != nil {
                let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                guard text.hasPrefix("RssAnon:") else { continue }
                return (text.split(separator: " ").compactMap { Int64($0) }.first ?? 0) << 10
            }
        #endif
        return 0
    }
}
