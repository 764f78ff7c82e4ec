// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import NIOCore
import Wire

extension RouterSettings {
    /// What the command line and the environment say.
    init(_ options: OptionValues, environment: [String: String]) {
        sources = SourceSettings(options, environment: environment)
        workerProgram = options.text(.worker)
        fleet.modelsMax = options.integer(.modelsMax) ?? fleet.modelsMax
        fleet.autoload = options.flag(.modelsAutoload, default: fleet.autoload)
        // What is this router's own, or each model's own, isn't handed on.
        fleet.workerArguments = options.arguments(for: .worker, without: Self.notHandedOn)
        gateway.host = options.text(.host) ?? gateway.host
        gateway.port = options.integer(.port) ?? gateway.port
        gateway.maxModels = fleet.modelsMax
        gateway.autoload = fleet.autoload
        gateway.buildInfo = "switchyard-\(Version.current)"
        if let seconds = options.integer(.shutdownTimeout) { shutdownTimeout = .seconds(seconds) }
    }

    private static let notHandedOn: Set<OptionName> = [.help, .version, .host, .port, .model, .alias, .foreground]
}
