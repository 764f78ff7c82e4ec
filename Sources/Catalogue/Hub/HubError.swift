// SPDX-License-Identifier: MIT

package import Platform

/// Why a model can't be had from the hub or from the cache.
package typealias HubError = CodedError<HubFault>

/// What kind of fault it is.
package enum HubFault: String, Sendable {
    /// What the user wrote is not the name of a model, a file or a token.
    case invalidName
    /// The hub has no such repository, file or tag; or, without a network, the cache hasn't.
    case notFound
    /// The hub wants a token, or another one.
    case denied
    /// The hub can't be reached, or answers what isn't understood.
    case unavailable
    /// The hub, or the proxy on the way to it, and we don't trust each other.
    case untrusted
    /// The connection broke, or was silent for too long.
    case interrupted
    /// The hub sent something else than it had promised.
    case wrongContent
    /// The hub sent us to where we don't go.
    case badRedirect
    /// The file system refuses, or is full.
    case disk
    /// The same is being downloaded, or the model is there already.
    case busy
    /// The user, or the end of the program, ended it.
    case cancelled
}

extension HubError {
    /// Whether the hub couldn't be asked, so that what was downloaded before has to do.
    package var isUnreachable: Bool { code == .unavailable || code == .untrusted }
}
