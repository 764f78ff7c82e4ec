// SPDX-License-Identifier: MIT

package import Catalogue
import Platform

/// When a failed try is worth another one, and after how long.
package struct RetryPolicy: Sendable {
    /// The most tries.
    package var tries = 3
    /// The pause before the second try; it doubles with each further one.
    package var firstPause: Duration

    package init(firstPause: Duration = .seconds(2)) {
        self.firstPause = firstPause
    }

    /// The pause after a try has failed; nil if that was the last one.
    /// - Parameter failures: how many tries have failed, at least 1.
    package func pause(after failures: Int, _ error: HubError) -> Duration? {
        guard failures < tries, Self.isPassing(error) else { return nil }
        return firstPause * (1 << min(failures - 1, 16))
    }

    /// Whether the failure may be gone the next time.
    package static func isPassing(_ error: HubError) -> Bool {
        switch error.code {
        case .unavailable, .interrupted: true
        case .untrusted, .invalidName, .notFound, .denied, .badRedirect, .wrongContent, .disk, .busy, .cancelled: false
        }
    }
}
