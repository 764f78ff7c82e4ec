// SPDX-License-Identifier: MIT

import Engine
package import Wire

/// What `enginehouse-worker --measure` says: one event, as a worker that serves would.
package enum MemoryLook {
    /// What the model of the options would take, or, without a model, what there is of each device.
    /// - Parameter readFile: gives a file's text.
    /// - Throws: `OptionError`.
    package static func event(
        _ options: OptionValues,
        readFile: (String) throws -> String
    ) throws(OptionError) -> WorkerEvent {
        EngineRuntime.start(leastLevel: 3) { _ in }
        guard options[\.model] != nil else { return .memory(devices) }
        let settings = try WorkerSettings(options, readFile: readFile)
        do {
            return .measured(WorkerMeasurements(memory: try Engine.measure(settings.engine)))
        } catch {
            return .failed(reason: error.message)
        }
    }

    /// What there is of each device now.
    static var devices: [MemoryDevice] { PretendedDevices.with(DeviceMemory.devices) }
}
