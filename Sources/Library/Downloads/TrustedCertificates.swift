// SPDX-License-Identifier: MIT

import Catalogue
import NIOSSL
import Platform

/// Whose certificates are trusted on the way to the hub: the system's authorities, or those of a file that the environment
/// names instead, as OpenSSL and the hub's tools know it.
package struct TrustedCertificates: Sendable, Equatable {
    private static let variables = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]

    /// The variable and the path in it.
    private let file: [String]

    /// The system's authorities.
    package init() { file = [] }

    package init(environment: [String: String]) {
        for variable in Self.variables {
            guard let path = environment[variable], !path.isEmpty else { continue }
            file = [variable, path]
            return
        }
        file = []
    }

    /// What a connection is told; nil for the system's authorities.
    /// - Throws: `invalidName` for a file without certificates.
    func configuration() throws(HubError) -> TLSConfiguration? {
        guard file.count == 2 else { return nil }
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(file[1])
        } catch {
            throw HubError(.invalidName, "\(file[0]) names '\(file[1])', which can't be read as PEM certificates")
        }
        guard !certificates.isEmpty else {
            throw HubError(.invalidName, "\(file[0]) names '\(file[1])', which holds no certificates")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(certificates)
        return configuration
    }
}
