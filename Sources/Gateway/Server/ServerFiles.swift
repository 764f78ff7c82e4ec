// SPDX-License-Identifier: MIT

import Essentials
package import Logging
import NIOSSL
import Synchronization

/// The files that the server reads again while it runs: API keys, certificate and private key. What can't be used changes
/// nothing.
package final class ServerFiles: Sendable {
    private struct State {
        var tls: NIOSSLContext?
        /// What the files held when they were last taken over.
        var taken: [[UInt8]?]
        /// What they held at the last look, if that was something else.
        var seen: [[UInt8]?]?
    }

    /// Most bytes of a file that are compared.
    private static let limit = 4 << 20

    package let keyRing: KeyRing
    private let settings: GatewaySettings
    private let logger: Logger
    private let state: Mutex<State>

    /// - Throws: `GatewayError` that names the file at fault.
    package init(_ settings: GatewaySettings, logger: Logger) throws(GatewayError) {
        self.settings = settings
        self.logger = logger
        // Looked at first: what changes from here on is noticed.
        let contents = Self.contents(settings)
        keyRing = KeyRing(Authentication(keys: try settings.allKeys()))
        state = Mutex(State(tls: try settings.tls?.context(), taken: contents))
    }

    /// What a new connection speaks TLS with; nil for plain HTTP.
    var tls: NIOSSLContext? { state.withLock { $0.tls } }

    /// Takes the files over as they are now.
    package func reread() {
        let contents = Self.contents(settings)
        state.withLock { ($0.taken, $0.seen) = (contents, nil) }
        do {
            if settings.apiKeyFile != nil {
                keyRing.replace(by: try settings.allKeys())
                logger.info("API keys read again")
            }
        } catch {
            logger.warning("The API keys stay as they were", metadata: ["reason": "\(error)"])
        }
        do {
            guard let context = try settings.tls?.context() else { return }
            state.withLock { $0.tls = context }
            logger.info("Certificate read again")
        } catch {
            logger.warning("The certificate stays as it was", metadata: ["reason": "\(error)"])
        }
    }

    /// Takes the files over if they have changed, and were the same at the look before this one: certificate and key are
    /// written one after the other.
    package func rereadIfChanged() {
        let contents = Self.contents(settings)
        let isSettled = state.withLock { state in
            guard contents != state.taken else {
                state.seen = nil
                return false
            }
            defer { state.seen = contents }
            return state.seen == contents
        }
        if isSettled { reread() }
    }

    /// Whether there is a file that may change.
    var areThere: Bool { settings.apiKeyFile != nil || settings.tls != nil }

    private static func contents(_ settings: GatewaySettings) -> [[UInt8]?] {
        [settings.apiKeyFile, settings.tls?.certificateFile, settings.tls?.keyFile].map { path in
            guard let path, let data = FileManager.default.contents(atPath: path) else { return nil }
            return Array(data.prefix(limit))
        }
    }
}
