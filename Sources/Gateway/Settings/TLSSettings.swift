// SPDX-License-Identifier: MIT

import NIOSSL
import Platform

/// The files that make the server speak TLS.
package struct TLSSettings: Sendable, Equatable {
    /// A version of TLS, in the operators' words.
    package enum Version: String, Sendable, CaseIterable {
        case v10 = "1.0"
        case v11 = "1.1"
        case v12 = "1.2"
        case v13 = "1.3"

        fileprivate var version: TLSVersion {
            switch self {
            case .v10: .tlsv1
            case .v11: .tlsv11
            case .v12: .tlsv12
            case .v13: .tlsv13
            }
        }
    }

    /// PEM: the server's certificate, then those that vouch for it.
    package var certificateFile: String
    /// PEM: its private key.
    package var keyFile: String
    /// The oldest version that clients may speak. Those before 1.2 are broken, and browsers have left them (RFC 8996).
    package var minimumVersion: Version

    package init(certificateFile: String, keyFile: String, minimumVersion: Version = .v12) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.minimumVersion = minimumVersion
    }

    /// - Throws: `GatewayError` that names the file at fault.
    func context() throws(GatewayError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
        } catch {
            throw GatewayError(
                .badCertificate,
                "the certificate file '\(certificateFile)' cannot be used: \(Self.reason(error, certificateFile))"
            )
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw GatewayError(
                .badCertificate,
                "the key file '\(keyFile)' cannot be used: \(Self.reason(error, keyFile))"
            )
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = minimumVersion.version
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw GatewayError(
                .badCertificate,
                "the key in '\(keyFile)' does not go with the certificate in '\(certificateFile)': \(error)"
            )
        }
    }

    private static func reason(_ error: any Error, _ file: String) -> String {
        guard access(file, R_OK) == 0 else { return String(cString: strerror(errno)) }
        return switch error {
        case NIOSSLError.failedToLoadCertificate: "it holds no certificate in PEM"
        case NIOSSLError.failedToLoadPrivateKey: "it holds no private key in PEM, or one that needs a password"
        default: "\(error)"
        }
    }
}
