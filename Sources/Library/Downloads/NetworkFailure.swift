// SPDX-License-Identifier: MIT

import NIOCore
import NIOPosix
import Wire

/// What keeps a connection from being made, for people.
package enum NetworkFailure {
    /// The reason in a few words, the system's own where it gave some.
    package static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: error.words
        case let error as NIOConnectionError:
            if let reason = error.connectionErrors.first?.error {
                words(reason)
            } else if error.dnsAError != nil || error.dnsAAAAError != nil {
                "the name '\(error.host)' can't be looked up"
            } else {
                "no address of '\(error.host)' answers"
            }
        default: "\(error)"
        }
    }
}
