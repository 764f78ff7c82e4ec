// SPDX-License-Identifier: MIT

package import NIOCore
import Platform

extension IOError {
    /// The system's words for what went wrong, such as "Connection refused".
    package var words: String { String(cString: strerror(errnoCode)) }
}
