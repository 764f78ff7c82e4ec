// SPDX-License-Identifier: MIT

package import HTTPServer
import Library
package import NIOCore

/// How the router faces its clients.
package struct GatewaySettings: Sendable {
    /// Where to listen, all at once.
    package var addresses: [ListenAddress] = [.tcp(host: "127.0.0.1")]
    /// Those of them that are listened on already, by another process's leave, which passes them on to the next process too.
    package var inherited: [ListenAddress: CInt] = [:]
    /// Which of them is there for Ollama's clients, which look for a greeting at `/`; nil for none.
    package var ollamaAddress: ListenAddress?
    /// The port of all TCP addresses without one of their own; 0 lets the system choose.
    package var port = 8080
    /// The model that every request is for, whatever it says; nil for a router, whose requests name theirs.
    package var onlyModel: String? {
        didSet { relay.hasOnlyModel = onlyModel != nil }
    }
    /// From the last response, or the beginning of a connection, to the end of the next request's head.
    package var idleTimeout: TimeAmount = .seconds(75)
    /// Longest pause in the middle of a request's body. Not shorter than `idleTimeout`, else each request moves a timer.
    package var bodyTimeout: TimeAmount = .seconds(75)
    /// How fast a request's body has to come.
    package var bodyPace = BodyPace()
    /// Most bytes of all requests' bodies together that are held until their models' workers have them.
    package var bodyMemory = 1 << 30
    /// Most bytes of those that come from one address.
    package var bodyMemoryOfClient = 512 << 20
    /// How long it is from one look at the files that may change, keys and certificate, to the next.
    package var fileWatchInterval: Duration = .seconds(5)
    /// How long a client may leave what is written for it unread.
    package var writeTimeout: TimeAmount = .seconds(3600)
    /// Longest header field, and longest sum of them, in bytes.
    package var maxHeaderBytes = 64 << 10
    package var maxHeaderCount = 200
    /// Longest body of a request that the router answers itself, in bytes.
    package var maxManagementBodyBytes = 1 << 20
    /// The keys that open the server; none for a server without keys.
    package var apiKeys: [String] = []
    /// A file with more keys, one a line.
    package var apiKeyFile: String?
    /// Whether an address that others can reach may be served without a key.
    package var insecure = false
    /// Names that `Host` may have, beside localhost and the like; `*` for any. With none given, only loopback addresses
    /// look at it.
    package var hostNames: [String] = []
    /// Origins of web pages that may use the server, beside those of this machine; `*` for all, `scheme://*` for all of a
    /// scheme. `localhost` adds none.
    package var corsOrigins: [String] = []
    package var corsMethods = "GET, POST, DELETE, OPTIONS"
    /// Headers that web pages may send; `*` for all.
    package var corsHeaders = "*"
    package var corsCredentials = true
    /// Nil for plain HTTP.
    package var tls: TLSSettings?
    /// How long a worker may take to tell its metrics, when the router's are asked for.
    package var scrapeTimeout: TimeAmount = .seconds(2)
    /// How long a point of the activity's history is.
    package var historyInterval: Duration = .seconds(ActivityHistory.interval)
    package var relay = RelaySettings()
    /// How long a router holds a model before it forwards a request to it, beside what that takes; for debugging.
    package var debugDelay: Duration?
    /// What is kept of streams for clients that come back.
    package var conversations = ConversationLimits()
    package var upstream = UpstreamSettings()
    /// Shown by `GET /props`: the greatest number of loaded models, 0 for no limit.
    package var maxModels = 4
    /// Shown by `GET /props`: whether a request loads its model.
    package var autoload = true
    /// Shown by `GET /props`.
    package var buildInfo = "enginehouse"
    /// Whether browsers get a page at `/`.
    package var servesPage = true
    /// How requests of pages are forwarded to other servers; nil if they aren't.
    package var proxy: ProxySettings?

    package init() {}
}
