// SPDX-License-Identifier: MIT

package import Platform

/// Why the gateway can't start. The message is for the operator: what is wrong and what to do.
package typealias GatewayError = CodedError<GatewayFault>

/// What kind of fault it is.
package enum GatewayFault: Sendable, Equatable {
    /// The address can be reached from elsewhere, and nothing guards it.
    case unguarded
    case badKeyFile
    case badCertificate
    /// An address can't be listened on.
    case cannotListen
}
