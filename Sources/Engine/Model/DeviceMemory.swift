// SPDX-License-Identifier: MIT

import CLlama
package import Wire

/// What the engine says of the devices' memory.
package enum DeviceMemory {
    /// More devices than a machine has.
    private static let most: Int32 = 32

    /// The devices with what is free of each, the machine's own memory last.
    package static var devices: [MemoryDevice] { read { eh_devices($0, $1) }.map(\.device) }

    /// What a model would take; nothing is loaded.
    /// - Parameter load: what is loaded with it.
    /// - Throws: `loadFailed` for a model that can't be loaded, and for one whose memory can't be foretold.
    static func wanted(_ model: ModelOptions, with load: some Fitting) throws(EngineError) -> [MemoryUse] {
        for server in model.servers { try EngineRuntime.connect(server) }
        let memory = model.lend { raw in
            load.lend { load in
                withUnsafePointer(to: load) { load in
                    var raw = raw
                    raw.fit = load
                    return read { eh_memory_wanted(model.path, &raw, $0, $1) }
                }
            }
        }
        guard !memory.isEmpty else { throw .last(.loadFailed, "the model's memory cannot be measured") }
        return memory
    }

    /// What a context and its model take, with those of a draft model and a projector.
    /// - Parameter projector: its file and its options; nil for none.
    static func taken(
        _ context: OpaquePointer,
        draft: OpaquePointer?,
        projector: (path: UnsafePointer<CChar>, options: UnsafePointer<eh_projector_options>)?
    ) -> [MemoryUse] {
        read { eh_memory_taken(context, draft, projector?.path, projector?.options, $0, $1) }
    }

    private static func read(_ call: (UnsafeMutablePointer<eh_device_memory>?, Int32) -> Int32) -> [MemoryUse] {
        let devices = [eh_device_memory](unsafeUninitializedCapacity: Int(most)) { buffer, count in
            count = Int(max(call(buffer.baseAddress, most), 0))
        }
        return devices.map { raw in
            var use = MemoryUse(
                device: MemoryDevice(
                    id: text(raw.id),
                    name: text(raw.name),
                    total: Int64(clamping: raw.total),
                    free: Int64(clamping: raw.free)
                )
            )
            use.weights = Int64(clamping: raw.weights)
            use.mapped = Int64(clamping: raw.mapped)
            use.context = Int64(clamping: raw.context)
            use.compute = Int64(clamping: raw.compute)
            use.projector = Int64(clamping: raw.projector)
            return use
        }
    }

    /// A C array of characters up to its NUL.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
