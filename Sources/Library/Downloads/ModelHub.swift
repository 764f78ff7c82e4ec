// SPDX-License-Identifier: MIT

package import Catalogue
package import Logging
import Platform
import Wire

/// Brings models from the hub into the cache.
///
/// Files go to `blobs/OID.incomplete` first. A model becomes visible, by links in its snapshot, when all its files are
/// complete and right.
package struct ModelHub: Sendable {
    /// What an operator can set about the hub.
    package struct Settings: Sendable {
        /// The hub's address.
        package var endpoint = HubURL.standardEndpoint
        package var token: HubToken?
        /// Whether nothing but the cache may be used.
        package var isOffline = false
        /// How many files of a model are downloaded at the same time.
        package var parallelFiles = 3
        /// By which proxy the hub is reached.
        package var proxies = ProxySettings()
        /// Whose certificates are trusted.
        package var certificates = TrustedCertificates()
        /// The longest silence in the middle of an answer.
        package var silence: Duration = .seconds(30)
        /// The pause after the first failed try; it doubles.
        package var firstPause: Duration = .seconds(2)

        package init() {}

        /// The settings that an environment makes. An empty variable counts as absent.
        package init(environment: [String: String]) {
            let named = ["MODEL_ENDPOINT", "HF_ENDPOINT"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
            endpoint = named ?? endpoint
            proxies = ProxySettings(environment: environment)
            certificates = TrustedCertificates(environment: environment)
        }
    }

    /// Hears of each file's progress; from any thread, often.
    package typealias Report = @Sendable (_ url: String, _ done: UInt64, _ total: UInt64) -> Void

    package let cache: HubCache
    let settings: Settings
    let endpoint: HubURL
    private(set) var client: HubClient
    let retry: RetryPolicy
    let logger: Logger

    /// - Throws: `invalidName` for an endpoint that is no web address.
    package init(settings: Settings, cache: HubCache, logger: Logger) throws(HubError) {
        try self.init(settings: settings, cache: cache, logger: logger, lookup: .system)
    }

    init(settings: Settings, cache: HubCache, logger: Logger, lookup: AddressLookup) throws(HubError) {
        let address = settings.endpoint.hasSuffix("/") ? settings.endpoint : settings.endpoint + "/"
        guard let endpoint = HubURL(address), !address.contains("?") else {
            throw HubError(.invalidName, "the hub's address '\(settings.endpoint)' is not of the form https://host/")
        }
        self.settings = settings
        self.cache = cache
        self.endpoint = endpoint
        self.logger = logger
        retry = RetryPolicy(firstPause: settings.firstPause)
        client = HubClient(
            policy: RedirectPolicy(endpoint: endpoint),
            token: settings.token,
            lookup: lookup,
            proxies: settings.proxies,
            certificates: settings.certificates,
            silence: settings.silence,
            userAgent: "enginehouse/\(Version.current)"
        )
    }

    /// The same hub, asked with another token; nil for the one that it has.
    func with(token: HubToken?) -> ModelHub {
        guard let token else { return self }
        var hub = self
        hub.client.token = token
        return hub
    }

    // MARK: What there is

    /// Asks the hub which files make up a model.
    /// - Throws: `notFound`, `denied`, `unavailable` and what else keeps the hub from answering.
    package func resolve(_ selection: HubSelection) async throws(HubError) -> HubPlan {
        let reference = selection.reference
        let snapshot = try await snapshot(of: reference.repository)
        let choice = try HubFileChoice(
            snapshot.files,
            for: reference,
            file: selection.file,
            withProjector: selection.withProjector
        )
        return snapshot.plan(choice, for: reference)
    }

    /// Asks the hub what a repository has.
    /// - Throws: `notFound`, `denied`, `unavailable` and what else keeps the hub from answering.
    package func snapshot(of repository: String) async throws(HubError) -> HubSnapshot {
        guard !settings.isOffline else {
            throw HubError(.unavailable, "'\(repository)' can't be looked up: --offline is set")
        }
        let what = "the repository '\(repository)'"
        let base = "api/models/\(repository)"
        guard let branch = HubListing.branch(try await json(try url("\(base)/refs"), what: what).json) else {
            throw HubError(.notFound, "\(what) has no branch")
        }
        var listing: [HubFile] = []
        var next: HubURL? = try url("\(base)/tree/\(branch.commit)?recursive=true")
        var pages = 0
        while let page = next {
            let answer = try await json(page, what: what)
            guard let files = HubListing.files(answer.json) else {
                throw HubError(.unavailable, "the hub's answer about \(what) is not a list of files")
            }
            listing += files
            pages += 1
            next = answer.link.flatMap { HubListing.next($0) }.flatMap { HubURL($0, relativeTo: page) }
            if let target = next, target.origin != endpoint.origin || pages >= 50 { next = nil }
        }
        return HubSnapshot(repository: repository, branch: branch.name, commit: branch.commit, files: listing)
    }

    /// Asks up to three times.
    private func json(_ url: HubURL, what: String) async throws(HubError) -> (json: JSONValue, link: String?) {
        try await trying { () async throws(HubError) in try await client.json(url, what: what) }
    }

    /// An address on the hub.
    /// - Parameter path: relative, with everything escaped that has to be.
    func url(_ path: String) throws(HubError) -> HubURL {
        guard let url = HubURL(endpoint.text + path) else {
            throw HubError(.invalidName, "'\(path)' can't be asked for")
        }
        return url
    }

    /// Tries again what may pass, after growing pauses.
    func trying<Value: Sendable>(_ work: () async throws(HubError) -> Value) async throws(HubError) -> Value {
        var failures = 0
        while true {
            do throws(HubError) {
                return try await work()
            } catch {
                if Task.isCancelled { throw HubError(.cancelled, "it was cancelled") }
                failures += 1
                guard let pause = retry.pause(after: failures, error) else { throw error }
                logger.warning("Trying the hub again", metadata: ["reason": "\(error)", "pause": "\(pause)"])
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    throw HubError(.cancelled, "it was cancelled")
                }
            }
        }
    }
}
