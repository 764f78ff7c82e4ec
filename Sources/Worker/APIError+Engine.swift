// SPDX-License-Identifier: MIT

package import Engine
package import Wire

extension APIError {
    /// The engine's errors as callers see them.
    package init(_ error: EngineError) {
        let kind: Kind =
            switch error.code {
            case .invalidRequest: .invalidRequest
            case .notSupported: .notSupported
            case .contextExceeded: .exceedContextSize
            case .queueFull, .stopped: .unavailable
            case .loadFailed, .decodeFailed, .fileFailed: .server
            }
        self.init(kind, error.message)
    }
}
