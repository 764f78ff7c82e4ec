// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import NIOCore
import Wire

extension RouterSettings {
    /// What the command line, the environment and the configuration files say.
    init(_ options: OptionValues, environment: [String: String]) {
        sources = SourceSettings(options, environment: environment)
        self.options = options
        presetFile = options.text(.modelsPreset)
        workerProgram = options.text(.worker)
        fleet.modelsMax = options.integer(.modelsMax) ?? fleet.modelsMax
        fleet.autoload = options.flag(.modelsAutoload, default: fleet.autoload)
        fleet.queueTimeout = options.seconds(.queueTimeout) ?? fleet.queueTimeout
        fleet.loadTimeout = options.seconds(.loadTimeout)
        fleet.stopTimeout = options.seconds(.stopTimeout) ?? fleet.stopTimeout
        gateway.host = options.text(.host) ?? gateway.host
        gateway.port = options.integer(.port) ?? gateway.port
        gateway.maxModels = fleet.modelsMax
        gateway.autoload = fleet.autoload
        gateway.buildInfo = "switchyard-\(Version.current)"
        shutdownTimeout = options.seconds(.shutdownTimeout) ?? shutdownTimeout
    }
}
