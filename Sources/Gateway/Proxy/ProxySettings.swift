// SPDX-License-Identifier: MIT

import Library
package import NIOCore

/// Limits of what is forwarded to other servers.
package struct ProxySettings: Sendable {
    /// Longest body of a request, in bytes.
    package var maxBodyBytes = 16 << 20
    /// Longest answer, in bytes; what is longer breaks off.
    package var maxAnswerBytes = 256 << 20
    package var connectTimeout: TimeAmount = .seconds(15)
    /// Longest silence of the other server.
    package var silence: TimeAmount = .seconds(600)
    /// Longest time until an answer begins.
    package var patience: TimeAmount = .seconds(600)
    /// Most redirects that are followed.
    package var maxRedirects = 5

    package init() {}
}
