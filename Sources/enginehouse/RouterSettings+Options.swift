// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import HTTPServer
import Library
import NIOCore
import Platform
import StateStore
import Wire

extension RouterSettings {
    /// What the command line, the environment and the configuration files say.
    /// - Throws: `OptionError` for options that don't go together.
    init(_ options: OptionValues, environment: [String: String]) throws(OptionError) {
        sources = SourceSettings(options, environment: environment)
        self.options = options
        if let path = options.modelsPreset { presets = .file(path) }
        workerProgram = options.worker
        reusesWorkers = options.reuseWorkers
        logDirectory = options.logDir
        logsJSON = options.logFormat == "json"
        apply(life: options)
        try apply(memory: options)
        try apply(server: options)
        // llama-server's aid for tests of the queue, with its delay.
        if let value = environment["LLAMA_SERVER_DEBUG_FAKE_TIMING"], !value.isEmpty {
            gateway.debugDelay = .seconds(2)
        }
        shutdownTimeout = options.seconds(\.shutdownTimeout)
        try apply(supervisor: SupervisorSettings(environment: environment, processID: getpid()))
    }

    /// What the program that started this one wants: sockets of its own take the place of the options' addresses.
    private mutating func apply(supervisor: SupervisorSettings) throws(OptionError) {
        notices = SupervisorNotices(supervisor.notices)
        watchdog = supervisor.watchdog
        guard let descriptors = supervisor.descriptors else { return }
        var addresses: [ListenAddress] = []
        for descriptor in descriptors {
            do throws(GatewayError) {
                let address = try InheritedSocket.address(of: descriptor)
                gateway.inherited[address] = descriptor
                addresses.append(address)
            } catch {
                throw OptionError(place: "LISTEN_FDS", message: error.message)
            }
        }
        if let ollama = gateway.ollamaAddress, !addresses.contains(ollama) { addresses.append(ollama) }
        gateway.addresses = addresses
    }

    /// The life of models.
    private mutating func apply(life options: OptionValues) {
        fleet.modelsMax = options.modelsMax
        fleet.autoload = options.modelsAutoload
        fleet.queueMax = options.queueMax
        fleet.queueTimeout = options.seconds(\.queueTimeout)
        fleet.queueFairness = options.seconds(\.queueFairness)
        fleet.modelsQuantum = options.seconds(\.modelsQuantum)
        fleet.loadTimeout = options.seconds(\.loadTimeout)
        fleet.stopTimeout = options.seconds(\.stopTimeout)
        fleet.stallTimeout = options.seconds(\.stallTimeout) ?? fleet.stallTimeout
    }

    /// The memory that models share.
    private mutating func apply(memory options: OptionValues) throws(OptionError) {
        if options.memoryPolicy == "share" { fleet.memory.policy = .share }
        let kept = cacheBytes(options)
        fleet.memory.cacheBytes = kept
        // On a disk conversations that outlive their workers take none of it.
        if try StorePlace.onDisk(options) == nil, kept > 0 {
            fleet.memory.storedBytes = min(kept / 2, (SystemMemory.device()?.total ?? 0) / 8)
        }
        if let text = options.memoryReserve {
            guard let size = ByteSize.parse(text) else {
                throw options.error(\.memoryReserve, "must be a size such as 512M or 2G, not '\(text)'")
            }
            fleet.memory.reserve = size
        }
        if let text = options.memoryBudget {
            guard let sizes = ByteSize.parseByDevice(text) else {
                throw options.error(
                    \.memoryBudget,
                    "must be DEVICE=SIZE between commas, such as host=64M, not '\(text)'"
                )
            }
            fleet.memory.budgets = sizes
        }
    }

    /// What all workers may keep of conversations: the figure of `--cache-ram`, which for one worker alone is its own.
    private func cacheBytes(_ options: OptionValues) -> Int64 {
        let mebibytes = options.cacheRAM
        guard mebibytes >= 0 else { return .max / 4 }
        return min(Int64(mebibytes) << 20, SystemMemory.device().map { $0.total / 4 } ?? .max / 4)
    }

    /// The face to clients.
    private mutating func apply(server options: OptionValues) throws(OptionError) {
        try apply(addresses: options)
        apply(timeout: options)
        apply(bodies: options)
        for name in OptionName.list(\.corsOrigins, \.corsMethods, \.corsHeaders, \.ollamaOrigins) {
            // They become headers, in which nothing else can stand.
            guard options.texts(name).joined().utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw options.error(name, "must be one line of ASCII letters, digits and signs")
            }
        }
        gateway.servesPage = options.webInterface
        gateway.proxy = options.uiMCPProxy ? ProxySettings() : nil
        gateway.apiKeys = options.list(\.apiKey)
        gateway.apiKeyFile = options.apiKeyFile
        gateway.hostNames = options.list(\.allowedHosts)
        gateway.relay.apiPrefix = options.apiPrefix ?? gateway.relay.apiPrefix
        gateway.insecure = options.insecure
        gateway.corsOrigins = options.list(\.corsOrigins)
        try apply(ollama: options)
        gateway.corsMethods = options.corsMethods
        gateway.corsHeaders = options.corsHeaders
        gateway.corsCredentials = options.corsCredentials
        switch (options.sslCertFile, options.sslKeyFile) {
        case (let certificate?, let key?):
            gateway.tls = TLSSettings(
                certificateFile: certificate,
                keyFile: key,
                minimumVersion: TLSSettings.Version(rawValue: options.tlsMinVersion) ?? .v12
            )
        case (nil, nil): break
        default: throw OptionError(place: "--ssl-cert-file", message: "and --ssl-key-file go together; give both")
        }
        let ping = options.ssePingInterval
        gateway.relay.pingInterval = ping > 0 ? .seconds(Int64(ping)) : .hours(24 * 365)
        gateway.maxModels = fleet.modelsMax
        gateway.autoload = fleet.autoload
        // Clients of llama-server expect a word that begins with b.
        gateway.buildInfo = "b\(Version.current)-enginehouse"
    }

    /// What bodies of requests may cost.
    private mutating func apply(bodies options: OptionValues) {
        gateway.bodyMemory = options.bodyMemory << 20
        gateway.bodyMemoryOfClient = options.bodyMemoryClient << 20
        gateway.bodyPace.bytesPerSecond = options.bodyMinRate
    }

    /// Where to listen.
    private mutating func apply(addresses options: OptionValues) throws(OptionError) {
        gateway.port = options.port
        var addresses: [ListenAddress] = []
        for address in options.list(\.host).map({ ListenAddress($0) }) where !addresses.contains(address) {
            addresses.append(address)
        }
        guard !addresses.isEmpty else { throw options.error(\.host, "needs at least one address") }
        if addresses.filter(\.isTCP).count > 1 {
            guard gateway.port != 0 else {
                throw options.error(\.port, "0 takes a free port for one address; several need a number")
            }
            guard !addresses.contains(.tcp(host: "::")) else {
                throw options.error(\.host, ":: is every address of this machine, those of IPv4 too; give it alone")
            }
        }
        gateway.addresses = addresses
    }

    /// Where Ollama's clients look for it.
    private mutating func apply(ollama options: OptionValues) throws(OptionError) {
        guard options.ollama else { return }
        guard let address = ListenAddress(ollamaHost: options.given(\.ollamaHost) ?? "") else {
            throw options.error(\.ollamaHost, "must be a host, a port behind a colon, or both, such as 127.0.0.1:11434")
        }
        // Where the server listens anyway it keeps its page: clients look whether something answers there, not what.
        let isThere = gateway.addresses.contains { $0.isSame(as: address, port: gateway.port) }
        if !isThere {
            gateway.addresses.append(address)
            gateway.ollamaAddress = address
        }
        gateway.corsOrigins += options.list(\.ollamaOrigins)
        guard let time = options.ollamaKeepAlive, !time.isEmpty else { return }
        guard let keepAlive = KeepAlive(variable: time) else {
            throw options.error(
                \.ollamaKeepAlive,
                "must be a number of seconds, or a duration such as 5m, 1h30m or -1, not '\(time)'"
            )
        }
        gateway.relay.ollamaKeepAlive = keepAlive
    }

    /// How long nothing may happen in the middle of a request.
    private mutating func apply(timeout options: OptionValues) {
        guard let seconds = options.given(\.timeout) else { return }
        let timeout = TimeAmount.seconds(Int64(seconds))
        gateway.bodyTimeout = timeout
        // Between requests a connection is worth little, however long a request may take.
        gateway.idleTimeout = min(gateway.idleTimeout, timeout)
        gateway.writeTimeout = timeout
        gateway.relay.workerSilence = timeout
    }
}
