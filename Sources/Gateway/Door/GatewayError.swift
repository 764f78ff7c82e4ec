// SPDX-License-Identifier: MIT

/// Why the gateway can't start. The message is for the operator: what is wrong and what to do.
package struct GatewayError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// The address can be reached from elsewhere, and nothing guards it.
        case unguarded
        case badKeyFile
        case badCertificate
        /// An address can't be listened on.
        case cannotListen
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
