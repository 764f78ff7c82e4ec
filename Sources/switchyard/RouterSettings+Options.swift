// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import NIOCore
import Wire

extension RouterSettings {
    /// What the command line, the environment and the configuration files say.
    /// - Throws: `OptionError` for options that don't go together.
    init(_ options: OptionValues, environment: [String: String]) throws(OptionError) {
        sources = SourceSettings(options, environment: environment)
        self.options = options
        if let path = options.text(.modelsPreset) { presets = .file(path) }
        workerProgram = options.text(.worker)
        logDirectory = options.text(.logDir)
        apply(life: options)
        try apply(server: options)
        shutdownTimeout = options.seconds(.shutdownTimeout) ?? shutdownTimeout
    }

    /// The life of models.
    private mutating func apply(life options: OptionValues) {
        fleet.modelsMax = options.integer(.modelsMax) ?? fleet.modelsMax
        fleet.autoload = options.flag(.modelsAutoload, default: fleet.autoload)
        fleet.queueMax = options.integer(.queueMax) ?? fleet.queueMax
        fleet.queueTimeout = options.seconds(.queueTimeout) ?? fleet.queueTimeout
        fleet.queueFairness = options.seconds(.queueFairness) ?? fleet.queueFairness
        fleet.modelsQuantum = options.seconds(.modelsQuantum)
        fleet.loadTimeout = options.seconds(.loadTimeout)
        fleet.stopTimeout = options.seconds(.stopTimeout) ?? fleet.stopTimeout
        fleet.stallTimeout = options.seconds(.stallTimeout) ?? fleet.stallTimeout
    }

    /// The face to clients.
    private mutating func apply(server options: OptionValues) throws(OptionError) {
        gateway.host = options.text(.host) ?? gateway.host
        gateway.port = options.integer(.port) ?? gateway.port
        gateway.apiKeys = options.list(.apiKey)
        gateway.apiKeyFile = options.text(.apiKeyFile)
        gateway.hostNames = options.list(.allowedHosts)
        gateway.relay.apiPrefix = options.text(.apiPrefix) ?? gateway.relay.apiPrefix
        gateway.insecure = options.flag(.insecure)
        gateway.corsOrigins = options.list(.corsOrigins)
        gateway.corsMethods = options.text(.corsMethods) ?? gateway.corsMethods
        gateway.corsHeaders = options.text(.corsHeaders) ?? gateway.corsHeaders
        gateway.corsCredentials = options.flag(.corsCredentials, default: gateway.corsCredentials)
        switch (options.text(.sslCertFile), options.text(.sslKeyFile)) {
        case (let certificate?, let key?): gateway.tls = TLSSettings(certificateFile: certificate, keyFile: key)
        case (nil, nil): break
        default: throw OptionError(place: "--ssl-cert-file", message: "and --ssl-key-file go together; give both")
        }
        if let seconds = options.integer(.ssePingInterval) {
            gateway.relay.pingInterval = seconds > 0 ? .seconds(Int64(seconds)) : .hours(24 * 365)
        }
        gateway.maxModels = fleet.modelsMax
        gateway.autoload = fleet.autoload
        // Clients of llama-server expect a word that begins with b.
        gateway.buildInfo = "b\(Version.current)-switchyard"
    }
}
