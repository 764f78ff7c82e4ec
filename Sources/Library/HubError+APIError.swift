// SPDX-License-Identifier: MIT

import Catalogue
import Platform
package import Wire

extension HubError {
    /// The error as a client sees it.
    package var apiError: APIError {
        let kind: APIError.Kind =
            switch code {
            case .invalidName, .notFound, .denied, .busy: .invalidRequest
            case .unavailable, .untrusted, .interrupted, .cancelled: .unavailable
            case .wrongContent, .badRedirect, .disk: .server
            }
        return APIError(kind, message)
    }
}
