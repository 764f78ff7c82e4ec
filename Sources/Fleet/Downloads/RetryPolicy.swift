// SPDX-License-Identifier: MIT

/// When a failed try is worth another one, and after how long.
struct RetryPolicy: Sendable {
    /// The most tries.
    var tries = 3
    /// The pause before the second try; it doubles with each further one.
    var firstPause: Duration = .seconds(2)

    /// The pause after a try has failed; nil if that was the last one.
    /// - Parameter failures: how many tries have failed, at least 1.
    func pause(after failures: Int, _ error: HubError) -> Duration? {
        guard failures < tries, Self.isPassing(error) else { return nil }
        return firstPause * (1 << min(failures - 1, 16))
    }

    /// Whether the failure may be gone the next time.
    static func isPassing(_ error: HubError) -> Bool {
        switch error.code {
        case .unavailable, .interrupted: true
        case .invalidName, .notFound, .denied, .badRedirect, .wrongContent, .disk, .busy, .cancelled: false
        }
    }
}
