// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import NIOCore
import Wire

extension RouterSettings {
    /// What the command line, the environment and the configuration files say.
    /// - Throws: `OptionError` for options that need each other.
    init(_ options: OptionValues, environment: [String: String]) throws(OptionError) {
        self.options = options
        sources = SourceSettings(options, environment: environment)
        presetFile = options.text(.modelsPreset)
        logDirectory = options.text(.logDir)
        workerProgram = options.text(.worker)
        fleet.modelsMax = options.integer(.modelsMax) ?? fleet.modelsMax
        fleet.autoload = options.flag(.modelsAutoload, default: fleet.autoload)
        fleet.queueTimeout = options.seconds(.queueTimeout) ?? fleet.queueTimeout
        fleet.loadTimeout = options.seconds(.loadTimeout)
        fleet.queueMax = options.integer(.queueMax) ?? fleet.queueMax
        fleet.modelsQuantum = options.seconds(.modelsQuantum)
        fleet.queueFairness = options.seconds(.queueFairness) ?? fleet.queueFairness
        fleet.stallTimeout = options.seconds(.stallTimeout) ?? fleet.stallTimeout
        fleet.stopTimeout = options.seconds(.stopTimeout) ?? fleet.stopTimeout
        gateway.host = options.text(.host) ?? gateway.host
        gateway.port = options.integer(.port) ?? gateway.port
        gateway.apiKeys = options.list(.apiKey)
        gateway.apiKeyFile = options.text(.apiKeyFile)
        gateway.insecure = options.flag(.insecure)
        gateway.corsOrigins = options.list(.corsOrigins)
        gateway.corsMethods = options.text(.corsMethods) ?? gateway.corsMethods
        gateway.corsHeaders = options.text(.corsHeaders) ?? gateway.corsHeaders
        gateway.corsCredentials = options.flag(.corsCredentials, default: gateway.corsCredentials)
        if let interval = options.integer(.ssePingInterval) {
            // No stream lives for a year.
            gateway.relay.pingInterval = interval > 0 ? .seconds(Int64(interval)) : .hours(24 * 365)
        }
        switch (options.text(.sslCertFile), options.text(.sslKeyFile)) {
        case (let certificate?, let key?): gateway.tls = TLSSettings(certificateFile: certificate, keyFile: key)
        case (nil, nil): gateway.tls = nil
        case (_?, nil): throw options.error(.sslCertFile, "needs --ssl-key-file too")
        case (nil, _?): throw options.error(.sslKeyFile, "needs --ssl-cert-file too")
        }
        gateway.maxModels = fleet.modelsMax
        gateway.autoload = fleet.autoload
        gateway.buildInfo = "switchyard-\(Version.current)"
        shutdownTimeout = options.seconds(.shutdownTimeout) ?? shutdownTimeout
    }
}
